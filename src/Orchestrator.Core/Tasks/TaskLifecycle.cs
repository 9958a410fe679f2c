using Orchestrator.Errors;

namespace Orchestrator.Tasks;

/// <summary>What claiming came to.</summary>
/// <param name="Decision">The decision; a change in it is written.</param>
/// <param name="Task">The task as it stands now.</param>
public sealed record ClaimResult(ClaimDecision Decision, StoredTask Task);

/// <summary>What completing came to.</summary>
/// <param name="Decision">The decision; a change in it is written.</param>
/// <param name="Task">The task as it stands now.</param>
public sealed record CompletionResult(CompletionDecision Decision, StoredTask Task);

/// <summary>What cancelling came to.</summary>
/// <param name="Decision">The decision; a change in it is written.</param>
/// <param name="Task">The task as it stands now.</param>
public sealed record CancelResult(CancelDecision Decision, StoredTask Task);

/// <summary>
/// Takes decisions about stored tasks and writes them: reads, decides, writes under the version read, and starts again
/// when somebody else was faster. Safe to call from many threads and processes.
/// </summary>
public sealed class TaskLifecycle
{
    private const int Tries = 20;

    private readonly ITaskStore _store;
    private readonly TimeProvider _time;

    /// <summary>Creates the lifecycle of the tasks in <paramref name="store"/>.</summary>
    public TaskLifecycle(ITaskStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>Asks for an attempt; null when there is no such task. On the plain path this is one write and no read.</summary>
    public async Task<ClaimResult?> ClaimAsync(TaskId id, AttemptClaim claim, CancellationToken cancellationToken)
    {
        var current = await _store.GetRecentAsync(id, cancellationToken);
        for (var i = 0; i < Tries && current is not null; i++)
        {
            var decision = TaskDecisions.Claim(current.Record, claim, current.Age, _time.GetUtcNow());
            var change = decision switch
            {
                ClaimDecision.Claimed claimed => claimed.Change,
                ClaimDecision.Stopped stopped => stopped.Change,
                _ => null,
            };

            // What this process remembers is good enough to try a write on, not to turn anybody away by.
            if (change is null && current.Age is not null)
                return new ClaimResult(decision, current);
            if (change is not null && await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied applied)
                return new ClaimResult(decision, applied.Task);

            current = await _store.GetAsync(id, cancellationToken);
        }

        return current is null ? null : throw new TaskContendedException(id, Tries);
    }

    /// <summary>Writes the outcome of an attempt.</summary>
    /// <param name="current">The task as the claim, or the last renewal, left it.</param>
    public async Task<CompletionResult> CompleteAsync(StoredTask current, AttemptLease lease, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            var decision = TaskDecisions.Complete(current.Record, lease, outcome, _time.GetUtcNow());
            var change = decision switch
            {
                CompletionDecision.Over over => over.Change,
                CompletionDecision.Retry retry => retry.Change,
                _ => null,
            };
            if (change is null)
                return new CompletionResult(decision, current);
            if (await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied applied)
                return new CompletionResult(decision, applied.Task);

            if (await _store.GetAsync(current.Record.Id, cancellationToken) is not { } next)
                return new CompletionResult(new CompletionDecision.Stale(current.Record), current);
            current = next;
        }

        throw new TaskContendedException(current.Record.Id, Tries);
    }

    /// <summary>Extends a lease; null when it is not current any more: then the work is somebody else's, or over.</summary>
    /// <param name="current">The task as the claim, or the last renewal, left it.</param>
    public async Task<StoredTask?> RenewAsync(StoredTask current, AttemptLease lease, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (TaskDecisions.Renew(current.Record, lease) is not { } change)
                return null;
            if (await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied applied)
                return applied.Task;
            if (await _store.GetAsync(current.Record.Id, cancellationToken) is not { } next)
                return null;
            current = next;
        }

        throw new TaskContendedException(current.Record.Id, Tries);
    }

    /// <summary>Cancels a task, or asks its agent to stop; null when there is no such task.</summary>
    public async Task<CancelResult?> CancelAsync(TaskId id, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await _store.GetAsync(id, cancellationToken) is not { } current)
                return null;

            var decision = TaskDecisions.Cancel(current.Record, _time.GetUtcNow());
            var change = decision switch
            {
                CancelDecision.Cancelled cancelled => cancelled.Change,
                CancelDecision.Requested requested => requested.Change,
                _ => null,
            };
            if (change is null)
                return new CancelResult(decision, current);
            if (await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied applied)
                return new CancelResult(decision, applied.Task);
        }

        throw new TaskContendedException(id, Tries);
    }

    /// <summary>Ends a task with an error unless it is over; answers how it stands then, null when there is no such task.</summary>
    public async Task<StoredTask?> AbandonAsync(TaskId id, TaskError error, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await _store.GetAsync(id, cancellationToken) is not { } current)
                return null;
            if (TaskDecisions.Abandon(current.Record, error, _time.GetUtcNow()) is not { } change)
                return current;
            if (await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied applied)
                return applied.Task;
        }

        throw new TaskContendedException(id, Tries);
    }
}
