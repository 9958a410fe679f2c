using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Submissions;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Bulk;

/// <summary>Does to one task what a bulk task is to do to each. Safe to repeat.</summary>
public sealed partial class BulkSteps(
    ITaskStore store,
    TaskLifecycle lifecycle,
    OrchestrationStarter orchestrations,
    AttemptHolders holders,
    TaskPurger purger,
    SubmissionIntake intake,
    TaskSubmitter submitter,
    ILogger<BulkSteps> logger)
{
    /// <summary>Does it. What goes wrong with one task keeps no other from its turn; a storage that is away does.</summary>
    /// <param name="bulk">The bulk task.</param>
    /// <exception cref="StorageUnavailableException">Storage is away.</exception>
    public async Task<BulkOutcome> TryAsync(DurableTaskClient client, BulkAction action, TaskId bulk, TaskId id, CancellationToken cancellationToken)
    {
        try
        {
            return action switch
            {
                BulkAction.Cancel => await CancelAsync(client, id, cancellationToken),
                BulkAction.Rerun => await RerunAsync(client, bulk, id, cancellationToken),
                _ => await PurgeAsync(client, id, cancellationToken),
            };
        }
        catch (Exception exception) when (exception is not StorageUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, id, bulk);
            return new BulkOutcome(id.ToString(), "failed", ProblemMapping.From(exception).Code);
        }
    }

    /// <summary>What it would come to, by a look at the task; null where there is none.</summary>
    public static BulkOutcome Foretell(BulkAction action, TaskId id, TaskRecord? task) => (action, task) switch
    {
        (_, null) => Skipped(id, "not_found"),
        (BulkAction.Cancel, _) when task.State.IsTerminal() => Skipped(id, "over"),
        (BulkAction.Cancel, { CancelRequested: true }) => Skipped(id, "cancel_requested_before"),
        (BulkAction.Cancel, _) => new BulkOutcome(id.ToString(), "done", "would_be_cancelled"),
        (_, _) when !task.State.IsTerminal() => Skipped(id, "not_over"),
        (BulkAction.Rerun, _) => new BulkOutcome(id.ToString(), "done", "would_be_rerun"),
        (_, _) when PurgeObstacles.Find(task) == PurgeObstacle.CallbackPending => Skipped(id, "callback_pending"),
        _ => new BulkOutcome(id.ToString(), "done", "would_be_purged"),
    };

    /// <summary>A task that is left as it is.</summary>
    public static BulkOutcome Skipped(TaskId id, string reason) => new(id.ToString(), "skipped", reason);

    private async Task<BulkOutcome> CancelAsync(DurableTaskClient client, TaskId id, CancellationToken cancellationToken)
    {
        var result = await lifecycle.CancelAsync(id, cancellationToken);
        switch (result?.Decision)
        {
            case null:
                return Skipped(id, "not_found");
            case CancelDecision.AlreadyOver:
                return Skipped(id, "over");
            case CancelDecision.AlreadyRequested:
                return Skipped(id, "cancel_requested_before");
            case CancelDecision.Requested:
                holders.Stop(id);
                return new BulkOutcome(id.ToString(), "done", "cancel_requested");
            default:
                if (result.Task.Record.Unstarted)
                    await orchestrations.WakeAsync(client, id);
                else
                    await orchestrations.NotifyAsync(client, id);
                return new BulkOutcome(id.ToString(), "done", "cancelled");
        }
    }

    private async Task<BulkOutcome> RerunAsync(DurableTaskClient client, TaskId bulk, TaskId id, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(id, cancellationToken) is not { Record: var task })
            return Skipped(id, "not_found");
        if (!task.State.IsTerminal())
            return Skipped(id, "not_over");

        // The same key each time: whoever goes on with the bulk task finds what the one before has submitted.
        var submission = await intake.ReadAsync(RerunBody.Of(task), headerKey: $"bulk {bulk} {id}", origin: new SubmissionOrigin($"task:{bulk}", null), cancellationToken: cancellationToken) with { RerunOf = id.ToString() };
        var again = (await submitter.SubmitAsync(client, submission, cancellationToken)).Task;
        return new BulkOutcome(id.ToString(), "done", "rerun", again.Id.ToString());
    }

    private async Task<BulkOutcome> PurgeAsync(DurableTaskClient client, TaskId id, CancellationToken cancellationToken) =>
        await purger.PurgeAsync(client, id, cancellationToken) switch
        {
            PurgeOutcome.Purged => new BulkOutcome(id.ToString(), "done", "purged"),
            PurgeOutcome.Kept { Obstacle: PurgeObstacle.CallbackPending } => Skipped(id, "callback_pending"),
            PurgeOutcome.Kept => Skipped(id, "not_over"),
            _ => Skipped(id, "not_found"),
        };

    [LoggerMessage(4860, LogLevel.Warning, "Task {TaskId} could not be treated by bulk task {Bulk}.")]
    private partial void LogFailed(Exception exception, TaskId taskId, TaskId bulk);
}
