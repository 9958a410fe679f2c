using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Recovery;

/// <summary>
/// Removes orchestrations whose task is gone: one was started while its task was being deleted, or what the platform keeps of it could not be removed then.
/// Goes through all orchestrations, some pages at a time, and then rests.
/// </summary>
public sealed partial class OrphanOrchestrations
{
    /// <summary>Orchestrations on a page.</summary>
    public const int PageSize = 100;

    /// <summary>Pages looked at in one call at most.</summary>
    public const int PagesPerCall = 20;

    /// <summary>After so long a call begins no other page.</summary>
    public static readonly TimeSpan TimePerCall = TimeSpan.FromSeconds(20);

    /// <summary>How long it rests after it has gone through all.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    /// <summary>Younger ones are left alone.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private readonly ITasksUnderWay _tasks;
    private readonly OrchestrationStarter _orchestrations;
    private readonly OrchestratorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<OrphanOrchestrations> _logger;
    private string? _continuation;
    private DateTimeOffset _restsUntil;

    /// <summary>Creates the sweep.</summary>
    public OrphanOrchestrations(ITasksUnderWay tasks, OrchestrationStarter orchestrations, OrchestratorMetrics metrics, TimeProvider time, ILogger<OrphanOrchestrations> logger)
    {
        _tasks = tasks;
        _orchestrations = orchestrations;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>Looks at the next pages.</summary>
    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (now < _restsUntil)
            return;

        try
        {
            await LookAsync(client, now, cancellationToken);
        }
        catch
        {
            // It may be the token itself that was refused, so the next call begins anew.
            _continuation = null;
            throw;
        }

        if (_continuation is null)
            _restsUntil = now + Rest;
    }

    private async Task LookAsync(DurableTaskClient client, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var pages = 0;
        var query = new OrchestrationQuery { CreatedTo = now - Grace, PageSize = PageSize, ContinuationToken = _continuation };
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(_continuation, PageSize).WithCancellation(cancellationToken))
        {
            foreach (var instance in page.Values)
                await TryRemoveAsync(client, instance, cancellationToken);
            _continuation = string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;
            if (++pages == PagesPerCall || _time.GetElapsedTime(began) >= TimePerCall)
                return;
        }
    }

    private async Task TryRemoveAsync(DurableTaskClient client, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        try
        {
            if (instance.Name != nameof(TaskOrchestrator) || !TaskId.TryParse(instance.InstanceId, out var id) || await _tasks.FindAsync(id, cancellationToken) is not null)
                return;

            // A task is stored before its orchestration is started, so it will not come any more.
            if (!instance.IsCompleted)
                await client.TerminateInstanceAsync(instance.InstanceId, output: "Its task is gone.", cancellationToken);
            else
                await _orchestrations.PurgeAsync(client, id);
            _metrics.Repaired(SweepNames.TaskGone);
            LogRemoved(id);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotRemoved(exception, instance.InstanceId);
        }
    }

    [LoggerMessage(4530, LogLevel.Information, "The orchestration of task {TaskId}, which is gone, is removed.")]
    private partial void LogRemoved(TaskId taskId);

    [LoggerMessage(4531, LogLevel.Warning, "Orchestration {Instance}, whose task is gone, could not be removed; the next round tries again.")]
    private partial void LogNotRemoved(Exception exception, string instance);
}
