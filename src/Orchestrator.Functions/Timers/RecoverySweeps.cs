using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Stats;
using Orchestrator.Recovery;

namespace Orchestrator.Functions.Timers;

/// <summary>
/// Now and then looks for what has got lost; see docs/concepts/recovery.md. Of those that run every minute or more often
/// nothing is written about when they ran, as one run missed does no harm.
/// </summary>
public sealed partial class RecoverySweeps(
    TaskRecovery tasks, OrphanOrchestrations orchestrations, IPayloadOrphans payloads, StatsReader stats, OrchestratorMetrics metrics, ILogger<RecoverySweeps> logger)
{
    /// <summary>
    /// Runs every minute, on one instance of all. It looks how the tasks stand as well, for whoever listens: a timer of its own would keep one more instance
    /// awake on a plan that scales each function by itself.
    /// </summary>
    [Function(nameof(RecoverTasks))]
    public Task RecoverTasks([TimerTrigger("25 * * * * *", UseMonitor = false)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        stats.MeasureAfterAsync(tasks.RunAsync(client, cancellationToken), cancellationToken);

    /// <summary>
    /// Runs every 15 seconds, so that a release with a task hub of its own takes up soon what was under way on the one before; does nothing but once after such a change.
    /// </summary>
    [Function(nameof(TakeOverTasks))]
    public Task TakeOverTasks([TimerTrigger("2/15 * * * * *", UseMonitor = false)] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        tasks.TakeOverAsync(client, cancellationToken);

    /// <summary>Runs every five minutes.</summary>
    [Function(nameof(RemoveOrphanOrchestrations))]
    public Task RemoveOrphanOrchestrations([TimerTrigger("35 2/5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        orchestrations.RunAsync(client, cancellationToken);

    /// <summary>Runs every five minutes.</summary>
    [Function(nameof(RemovePayloadOrphans))]
    public async Task RemovePayloadOrphans([TimerTrigger("50 4/5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var removed = await payloads.SweepAsync(cancellationToken);
        metrics.Repaired(SweepNames.Payload, removed);
        if (removed > 0)
            LogRemoved(removed);
    }

    [LoggerMessage(4540, LogLevel.Information, "{Count} parts of payloads that no task names are removed.")]
    private partial void LogRemoved(int count);
}
