using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Timers;

/// <summary>Starts the orchestrations of tasks that waited for long and whose time has come.</summary>
public sealed partial class WakeSweep
{
    /// <summary>Most wakes that are read at a time.</summary>
    public const int BatchSize = 1_000;

    /// <summary>Longest run, in batches; the next run takes the rest.</summary>
    private const int BatchesPerRun = 50;

    /// <summary>When it is looked again whether a task whose orchestration was running has been seen to.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromMinutes(5);

    private const int StartsAtOnce = 16;

    private readonly ITaskWakes _wakes;
    private readonly ITaskStore _store;
    private readonly OrchestrationStarter _orchestrations;
    private readonly TimeProvider _time;
    private readonly ILogger<WakeSweep> _logger;

    /// <summary>Creates the function.</summary>
    public WakeSweep(ITaskWakes wakes, ITaskStore store, OrchestrationStarter orchestrations, TimeProvider time, ILogger<WakeSweep> logger)
    {
        _wakes = wakes;
        _store = store;
        _orchestrations = orchestrations;
        _time = time;
        _logger = logger;
    }

    /// <summary>Runs every 10 s, so that a task begins at most that late.</summary>
    [Function(nameof(WakeTasks))]
    public async Task WakeTasks(
        [TimerTrigger("*/10 * * * * *")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        for (var batch = 0; batch < BatchesPerRun; batch++)
        {
            var wakes = await _wakes.ListDueAsync(_time.GetUtcNow(), BatchSize, cancellationToken);
            var woken = 0;
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(wakes, parallel, async (wake, token) =>
            {
                if (await TryWakeAsync(client, wake, token))
                    Interlocked.Increment(ref woken);
            });
            if (wakes.Count > 0)
                LogWoken(woken, wakes.Count);

            // What could not be woken stands first in the next batch too.
            if (wakes.Count < BatchSize || woken < wakes.Count)
                return;
        }
    }

    /// <summary>One that cannot be read or woken stays on the list and keeps nobody else from being woken.</summary>
    private async Task<bool> TryWakeAsync(DurableTaskClient client, TaskWake wake, CancellationToken cancellationToken)
    {
        try
        {
            // Taken off only once somebody will look at the task, if there is anything to look at.
            if (await _store.GetAsync(wake.Task, cancellationToken) is { Record: var task } && (task.Unstarted || !task.State.IsTerminal()))
            {
                var outcome = await _orchestrations.WakeAsync(client, wake.Task);
                if (outcome == StartOutcome.Failed)
                    return false;

                // One that runs may be just about to end, and has then not heard of it.
                if (outcome == StartOutcome.Exists && task.Unstarted)
                    await _wakes.AddAsync(wake.Task, _time.GetUtcNow() + SecondLook, cancellationToken);
            }

            await _wakes.RemoveAsync(wake, cancellationToken);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotWoken(exception, wake.Task);
            return false;
        }
    }

    [LoggerMessage(4510, LogLevel.Information, "{Woken} of {Due} tasks whose time has come are woken.")]
    private partial void LogWoken(int woken, int due);

    [LoggerMessage(4511, LogLevel.Warning, "Task {TaskId}, whose time has come, could not be woken; it is tried again.")]
    private partial void LogNotWoken(Exception exception, TaskId taskId);
}
