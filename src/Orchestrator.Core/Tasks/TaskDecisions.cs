using System.Text;
using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>
/// Decides every change of a task. Pure: the same task, wish and time give the same change. What was decided counts only
/// once it is written under the version of the task it was decided on; after a conflict it is decided anew.
/// </summary>
public static class TaskDecisions
{
    /// <summary>A new task, ready for its first attempt.</summary>
    public static TaskChange Submit(TaskId id, TaskSubmission submission)
    {
        var task = new TaskRecord
        {
            Id = id,
            Type = submission.Type.Name,
            TypeVersion = submission.Type.Version,
            Title = submission.Title,
            State = TaskState.Queued,
            Priority = submission.Priority,
            Tags = submission.Tags,
            Input = submission.Input,
            Retry = submission.Type.Retry,
            AttemptTimeLimit = submission.Type.Timeouts.Attempt,
            Unstarted = true,
            LastEvent = 1,
            UpdatedAt = id.CreatedAt,
        };
        return new TaskChange(null, task, [new TaskEvent(1, TaskEventType.Submitted, id.CreatedAt)]);
    }

    /// <summary>Gives an attempt to whoever asks first, or to another once a lease has lapsed.</summary>
    /// <param name="age">Time since the row was written, by storage time; null when unknown: then no lease counts as lapsed.</param>
    public static ClaimDecision Claim(TaskRecord task, AttemptClaim claim, TimeSpan? age, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(claim.Number, 1, nameof(claim));

        if (task.State.IsTerminal())
            return new ClaimDecision.AlreadyOver(task);
        if (claim.Number < task.Attempt || (claim.Number == task.Attempt && task.Lease is null))
            return new ClaimDecision.AttemptOver(task, task.Attempt + 1, task.DueAt ?? now);
        if (claim.Number > task.Attempt + 1)
            return new ClaimDecision.NotReady(task.State);
        if (task.Lease is { } lease)
            return claim.Number == lease.Number ? TakeOver(task, lease, claim, age, now) : new ClaimDecision.NotReady(task.State);
        if (!TaskTransitions.IsAllowed(task.State, TaskState.Running))
            return new ClaimDecision.NotReady(task.State);
        if (task.DueAt > now)
            return new ClaimDecision.NotDue(task.DueAt.Value);

        return Begin(task, claim, TaskEventType.Started, now);
    }

    /// <summary>Extends a lease: the row is written anew, which its age is counted from. Null: the lease is not current any more.</summary>
    public static TaskChange? Renew(TaskRecord task, AttemptLease lease) =>
        IsCurrent(task, lease) ? new TaskChange(task, task, []) : null;

    /// <summary>Ends an attempt: with the task over, or with another attempt to come.</summary>
    public static CompletionDecision Complete(TaskRecord task, AttemptLease lease, AttemptOutcome outcome, DateTimeOffset now)
    {
        if (!IsCurrent(task, lease))
            return new CompletionDecision.Stale(task);

        switch (outcome)
        {
            case AttemptOutcome.Succeeded { Output: var output }:
                var size = Encoding.UTF8.GetByteCount(output);
                if (size > TaskLimits.PayloadBytes)
                    return Fail(task, lease, new TaskError("output_too_large", $"The output is {size} bytes long; at most {TaskLimits.PayloadBytes} can be stored."), isRetryable: false, now);

                return new CompletionDecision.Over(End(task with { Output = output, Error = null }, task, TaskState.Succeeded, TaskEventType.Succeeded, detail: null, now));

            case AttemptOutcome.Failed { Error: var error, IsRetryable: var isRetryable }:
                return Fail(task, lease, error.Bounded(), isRetryable, now);

            case AttemptOutcome.Stopped:
                return Fail(task, lease, new TaskError("agent_stopped", "The agent stopped before it had a result."), isRetryable: true, now);

            default:
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, message: null);
        }
    }

    /// <summary>Cancels a task at once when nobody works on it, else asks its agent to stop.</summary>
    public static CancelDecision Cancel(TaskRecord task, DateTimeOffset now)
    {
        if (task.State.IsTerminal())
            return new CancelDecision.AlreadyOver(task);
        if (task.CancelRequested)
            return new CancelDecision.AlreadyRequested(task);
        if (task.Lease is null)
            return new CancelDecision.Cancelled(End(task, task, TaskState.Cancelled, TaskEventType.Cancelled, detail: null, now));

        return new CancelDecision.Requested(Step(task with { CancelRequested = true }, task, TaskEventType.CancelRequested, task.Attempt, detail: null, now));
    }

    /// <summary>Ends a task with an error whatever its attempt does, such as when nothing can run it any more. Null: it is over already.</summary>
    public static TaskChange? Abandon(TaskRecord task, TaskError error, DateTimeOffset now)
    {
        if (task.State.IsTerminal())
            return null;

        var bounded = error.Bounded();
        return End(task with { Error = bounded }, task, TaskState.Failed, TaskEventType.Failed, TaskEventDetail.Of(bounded), now);
    }

    private static ClaimDecision TakeOver(TaskRecord task, AttemptLease lease, AttemptClaim claim, TimeSpan? age, DateTimeOffset now)
    {
        var hasLapsed = age >= lease.Duration || claim.HolderHasEnded?.Invoke(lease.Holder) == true;
        if (!hasLapsed)
            return new ClaimDecision.Held(lease, lease.Duration - (age ?? TimeSpan.Zero));
        if (task.CancelRequested)
            return new ClaimDecision.Stopped(End(task, task, TaskState.Cancelled, TaskEventType.Cancelled, detail: null, now));

        return Begin(task, claim, TaskEventType.TakenOver, now);
    }

    private static ClaimDecision.Claimed Begin(TaskRecord task, AttemptClaim claim, TaskEventType type, DateTimeOffset now)
    {
        var lease = new AttemptLease(claim.Number, task.LeaseEpoch + 1, claim.Holder, claim.LeaseDuration);
        var after = task with
        {
            State = TaskState.Running,
            Attempt = lease.Number,
            LeaseEpoch = lease.Epoch,
            Lease = lease,
            Agent = claim.Agent,
            DueAt = null,
            Unstarted = false,
            StartedAt = task.StartedAt ?? now,
        };
        if (task.State != TaskState.Running)
            TaskTransitions.Move(task.Id, task.State, after.State);

        return new ClaimDecision.Claimed(Step(after, task, type, lease.Number, TaskEventDetail.Of(lease, claim.Agent), now), lease);
    }

    private static CompletionDecision Fail(TaskRecord task, AttemptLease lease, TaskError error, bool isRetryable, DateTimeOffset now)
    {
        if (task.CancelRequested)
            return new CompletionDecision.Over(End(task with { Error = null }, task, TaskState.Cancelled, TaskEventType.Cancelled, detail: null, now));
        if (!isRetryable || lease.Number >= task.Retry.MaxAttempts)
            return new CompletionDecision.Over(End(task with { Error = error }, task, TaskState.Failed, TaskEventType.Failed, TaskEventDetail.Of(error), now));

        var dueAt = now + task.Retry.DelayAfter(lease.Number);
        var waiting = task with
        {
            State = TaskTransitions.Move(task.Id, task.State, dueAt > now ? TaskState.Scheduled : TaskState.Queued),
            Error = error,
            Lease = null,
            DueAt = dueAt,
        };
        var change = Step(waiting, task, TaskEventType.Retrying, lease.Number, TaskEventDetail.Of(error, lease.Number + 1, dueAt), now);
        return new CompletionDecision.Retry(change, lease.Number + 1, dueAt);
    }

    private static bool IsCurrent(TaskRecord task, AttemptLease lease) =>
        task.Lease is { } current && current.Epoch == lease.Epoch && current.Number == lease.Number && !task.State.IsTerminal();

    private static TaskChange End(TaskRecord after, TaskRecord before, TaskState state, TaskEventType type, JsonElement? detail, DateTimeOffset now)
    {
        var ended = after with
        {
            State = TaskTransitions.Move(before.Id, before.State, state),
            Lease = null,
            DueAt = null,
            Unstarted = false,
            FinishedAt = now,
        };
        return Step(ended, before, type, before.Lease?.Number, detail, now);
    }

    private static TaskChange Step(TaskRecord after, TaskRecord before, TaskEventType type, int? attempt, JsonElement? detail, DateTimeOffset now)
    {
        var number = before.LastEvent + 1;
        return new TaskChange(before, after with { LastEvent = number, UpdatedAt = now }, [new TaskEvent(number, type, now, attempt, detail)]);
    }
}
