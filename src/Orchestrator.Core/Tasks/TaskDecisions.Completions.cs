using System.Text;

namespace Orchestrator.Tasks;

public static partial class TaskDecisions
{
    /// <summary>Ends an attempt: with the task over, with another attempt to come, or handed to somebody outside.</summary>
    /// <param name="chance">A random number from 0 to 1 for the delay after a failure.</param>
    public static CompletionDecision Complete(TaskRecord task, AttemptLease lease, AttemptOutcome outcome, DateTimeOffset now, double chance = 0)
    {
        if (!IsCurrent(task, lease))
            return new CompletionDecision.Stale(task);

        switch (outcome)
        {
            case AttemptOutcome.Succeeded { Output: var output }:
                var size = Encoding.UTF8.GetByteCount(output);
                if (size > TaskLimits.PayloadBytes)
                    return Fail(task, lease, new TaskError("output_too_large", $"The output is {size} bytes long; at most {TaskLimits.PayloadBytes} can be stored."), isRetryable: false, chance, now);

                return new CompletionDecision.Over(End(task with { Output = output, Error = null }, task, TaskState.Succeeded, detail: null, now));

            case AttemptOutcome.Failed { Error: var error, IsRetryable: var isRetryable }:
                return Fail(task, lease, error.Bounded(), isRetryable, chance, now);

            case AttemptOutcome.Stopped:
                return Fail(task, lease, new TaskError("agent_stopped", "The agent stopped before it had a result."), isRetryable: true, chance, now);

            case AttemptOutcome.Deferred { DueAt: var dueAt }:
                return Defer(task, lease, dueAt, now);

            case AttemptOutcome.Pending:
                return HandOut(task, lease, now);

            default:
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, message: null);
        }
    }

    private static CompletionDecision Fail(TaskRecord task, AttemptLease lease, TaskError error, bool isRetryable, double chance, DateTimeOffset now)
    {
        if (task.CancelRequested)
            return new CompletionDecision.Over(End(task with { Error = null }, task, TaskState.Cancelled, detail: null, now));
        if (task.FinishBy <= now)
            return new CompletionDecision.Over(ExpireNow(task, now));

        var dueAt = now + task.Retry.DelayAfter(lease.Number, chance);
        var mayRetry = lease.Number < task.Retry.MaxAttempts
            && task.Retry.IsRetryable(error.Code, isRetryable)
            && !(dueAt > task.StartedAt + task.Retry.Budget)
            && !(dueAt >= task.FinishBy);
        if (!mayRetry)
            return new CompletionDecision.Over(End(task with { Error = error }, task, TaskState.Failed, TaskEventDetail.Of(error), now));

        var retrying = new Entry(TaskEventType.Retrying, lease.Number, TaskEventDetail.Of(error, lease.Number + 1, dueAt));

        // Whoever fails a pending attempt is not its orchestration, which must hear of it.
        var waiting = task with { Error = error, Lease = null, DueAt = dueAt, Unstarted = task.Lease is { IsPending: true } };
        if (task.PauseRequested)
            return new CompletionDecision.Waiting(PauseInstead(waiting, task, retrying, now), task.TimeIsUpAt);

        var state = TaskTransitions.Move(task.Id, task.State, dueAt > now ? TaskState.Scheduled : TaskState.Queued);
        return new CompletionDecision.Retry(Step(waiting with { State = state }, task, now, retrying), lease.Number + 1, dueAt);
    }

    private static CompletionDecision Defer(TaskRecord task, AttemptLease lease, DateTimeOffset dueAt, DateTimeOffset now)
    {
        if (task.CancelRequested)
            return new CompletionDecision.Over(End(task, task, TaskState.Cancelled, detail: null, now));
        if (task.FinishBy <= now)
            return new CompletionDecision.Over(ExpireNow(task, now));

        // The attempt has not counted: the next one has its number, and a new epoch.
        var deferred = new Entry(TaskEventType.Deferred, lease.Number, TaskEventDetail.Until(dueAt));
        var waiting = task with { Attempt = lease.Number - 1, Lease = null, DueAt = dueAt };
        if (task.PauseRequested)
            return new CompletionDecision.Waiting(PauseInstead(waiting, task, deferred, now), task.TimeIsUpAt);

        var state = TaskTransitions.Move(task.Id, task.State, dueAt > now ? TaskState.Scheduled : TaskState.Queued);
        return new CompletionDecision.Retry(Step(waiting with { State = state }, task, now, deferred), lease.Number, dueAt);
    }

    private static CompletionDecision HandOut(TaskRecord task, AttemptLease lease, DateTimeOffset now)
    {
        if (task.CancelRequested)
            return new CompletionDecision.Over(End(task, task, TaskState.Cancelled, detail: null, now));
        if (task.FinishBy <= now)
            return new CompletionDecision.Over(ExpireNow(task, now));

        var handed = task with { Lease = task.Lease! with { IsPending = true } };
        var change = Step(handed, task, now, new Entry(TaskEventType.Pending, lease.Number, TaskEventDetail.Until(handed.Lease.Deadline)));
        return new CompletionDecision.Waiting(change, Earlier(Earlier(handed.Lease.Deadline, now + task.HeartbeatTimeout), task.TimeIsUpAt));
    }

    private static TaskChange PauseInstead(TaskRecord after, TaskRecord before, Entry why, DateTimeOffset now)
    {
        var paused = after with { State = TaskTransitions.Move(before.Id, before.State, TaskState.Paused), PauseRequested = false };
        return Step(paused, before, now, why, new Entry(TaskEventType.Paused));
    }
}
