using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Submissions;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Timers;

/// <summary>
/// Starts tasks that were stored or changed, but whose orchestration was not started or woken: the process died or storage failed in between.
/// </summary>
public sealed partial class UnstartedSweep
{
    /// <summary>Most tasks that one run starts; the next run takes the rest.</summary>
    public const int BatchSize = 500;

    /// <summary>Younger tasks are being started by whoever stored them.</summary>
    public static readonly TimeSpan MinAge = TimeSpan.FromSeconds(10);

    private const int StartsAtOnce = 16;

    private readonly ITaskStore _store;
    private readonly TaskStarter _starter;
    private readonly OrchestratorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<UnstartedSweep> _logger;

    /// <summary>Creates the function.</summary>
    public UnstartedSweep(ITaskStore store, TaskStarter starter, OrchestratorMetrics metrics, TimeProvider time, ILogger<UnstartedSweep> logger)
    {
        _store = store;
        _starter = starter;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Runs every 15 s. The schedule is not a setting: the host would refuse to start without one, and another value gains nothing.
    /// </summary>
    [Function(nameof(StartUnstartedTasks))]
    public async Task StartUnstartedTasks(
        [TimerTrigger("*/15 * * * * *")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var tasks = await _store.ListUnstartedAsync(_time.GetUtcNow() - MinAge, BatchSize, cancellationToken);
        if (tasks.Count == 0)
            return;

        var started = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(tasks, parallel, async (id, token) =>
        {
            if (await TryStartAsync(client, id, token))
                Interlocked.Increment(ref started);
        });
        _metrics.Repaired(SweepNames.Unstarted, started);
        LogStarted(started, tasks.Count);
    }

    /// <summary>One that cannot be read or started stays on the list and keeps nobody else from being started.</summary>
    private async Task<bool> TryStartAsync(DurableTaskClient client, TaskId id, CancellationToken cancellationToken)
    {
        try
        {
            return await _store.GetAsync(id, cancellationToken) is { Record: { Unstarted: true } task } && await _starter.SweepAsync(client, task, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStarted(exception, id);
            return false;
        }
    }
}
