using Orchestrator.Limits;

namespace Orchestrator.Tasks;

public static partial class TaskDecisions
{
    /// <summary>Gives an attempt to whoever asks first, or to another once a lease has lapsed.</summary>
    /// <param name="age">Time since the row was written, by storage time; null when unknown: then no lease counts as lapsed.</param>
    public static ClaimDecision Claim(TaskRecord task, AttemptClaim claim, TimeSpan? age, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(claim.Number, 1, nameof(claim));

        if (task.State.IsTerminal())
            return new ClaimDecision.AlreadyOver(task);
        if (Expire(task, now) is { } expired)
            return new ClaimDecision.Ended(expired);
        if (task.Lease is { IsPending: true } pending)
            return Await(task, pending, claim, now);
        if (claim.Number < task.Attempt || (claim.Number == task.Attempt && task.Lease is null))
            return new ClaimDecision.AttemptOver(task, task.Attempt + 1, task.DueAt ?? now);
        if (claim.Number > task.Attempt + 1)
            return new ClaimDecision.AttemptOver(task, task.Attempt + 1, now);
        if (task.Lease is { } lease)
            return claim.Number == lease.Number ? TakeOver(task, lease, claim, age, now) : new ClaimDecision.AttemptOver(task, lease.Number, now);
        if (!TaskTransitions.IsAllowed(task.State, TaskState.Running))
            return new ClaimDecision.NotReady(task.State, task.TimeIsUpAt);
        if (task.DueAt > now)
            return new ClaimDecision.NotDue(Earlier(task.DueAt.Value, task.TimeIsUpAt));

        // Slots that were given for another beginning are good for nothing.
        var held = claim.Ticket == task.LeaseEpoch + 1 ? claim.HeldSlots : [];
        return claim.NeededSlots.FirstOrDefault(limiter => !held.Contains(limiter)) is { } missing
            ? Queue(task, missing, now)
            : Begin(task, claim, TaskEventType.Started, held, now);
    }

    /// <summary>
    /// Makes slots good for nothing that were given for the next beginning: afterwards they can be given to others. Null: they are good for nothing
    /// already, or an attempt is under way with them, which the task's lease says.
    /// </summary>
    /// <param name="ticket">The lease epoch that they were given for.</param>
    public static TaskChange? BurnTicket(TaskRecord task, long ticket) =>
        task.State.IsTerminal() || task.Lease is not null || task.LeaseEpoch + 1 != ticket
            ? null
            : new TaskChange(task, task with { LeaseEpoch = ticket }, []);

    /// <summary>Puts a task back that nobody works on any more, so that its slots can be given to others. Null: somebody works on it, or nobody is to.</summary>
    /// <param name="age">Time since the row was written, by storage time.</param>
    public static TaskChange? PutBack(TaskRecord task, TimeSpan age, DateTimeOffset now)
    {
        if (task.Lease is not { IsPending: false } lease || age < lease.Duration * 2)
            return null;
        if (task.CancelRequested)
            return End(task, task, TaskState.Cancelled, detail: null, now);
        if (task.FinishBy <= now)
            return ExpireNow(task, now);

        // Like one that was deferred, the attempt has not counted.
        var waiting = task with { Attempt = lease.Number - 1, Lease = null, Unstarted = true };
        var lapsed = new Entry(TaskEventType.LeaseLapsed, lease.Number);
        return task.PauseRequested
            ? PauseInstead(waiting, task, lapsed, now)
            : Step(waiting with { State = TaskTransitions.Move(task.Id, task.State, TaskState.Queued) }, task, now, lapsed);
    }

    /// <summary>Extends a lease: the row is written anew, which its age is counted from. Null: the lease is not current any more.</summary>
    public static TaskChange? Renew(TaskRecord task, AttemptLease lease) =>
        IsCurrent(task, lease) ? new TaskChange(task, task, []) : null;

    private static ClaimDecision.NeedsSlot Queue(TaskRecord task, string limiter, DateTimeOffset now)
    {
        if (task.State == TaskState.Queued)
            return new ClaimDecision.NeedsSlot(null, limiter, task.LeaseEpoch + 1, SlotRank.Of(task), task.TimeIsUpAt);

        // Its time has come: what it waits for now is a slot. Its rank is the one that it keeps.
        var change = Step(task with { State = TaskTransitions.Move(task.Id, task.State, TaskState.Queued), DueAt = null }, task, now);
        return new ClaimDecision.NeedsSlot(change, limiter, task.LeaseEpoch + 1, SlotRank.Of(change.After), task.TimeIsUpAt);
    }

    private static ClaimDecision TakeOver(TaskRecord task, AttemptLease lease, AttemptClaim claim, TimeSpan? age, DateTimeOffset now)
    {
        var hasLapsed = age >= lease.Duration || claim.HolderHasEnded?.Invoke(lease.Holder) == true;
        if (!hasLapsed)
            return new ClaimDecision.Held(lease, lease.Duration - (age ?? TimeSpan.Zero));
        if (task.CancelRequested)
            return new ClaimDecision.Ended(End(task, task, TaskState.Cancelled, detail: null, now));
        if (task.FinishBy <= now)
            return new ClaimDecision.Ended(ExpireNow(task, now));

        return Begin(task, claim, TaskEventType.TakenOver, task.Slots, now);
    }

    /// <summary>A pending attempt belongs to whoever completes it; nobody takes it over, but its time may be up.</summary>
    private static ClaimDecision Await(TaskRecord task, AttemptLease lease, AttemptClaim claim, DateTimeOffset now)
    {
        var error = lease.Deadline <= now ? TimedOut(lease)
            : claim.SilentFor >= task.HeartbeatTimeout ? new TaskError("heartbeat_timed_out", $"Attempt {lease.Number} gave no sign of life for {task.HeartbeatTimeout}.")
            : null;
        if (error is null)
        {
            var silentAt = now + (task.HeartbeatTimeout - (claim.SilentFor ?? TimeSpan.Zero));
            return new ClaimDecision.NotReady(task.State, Earlier(Earlier(lease.Deadline, silentAt), task.TimeIsUpAt));
        }

        return Fail(task, lease, error, isRetryable: true, claim.Chance, now) switch
        {
            CompletionDecision.Retry retry => new ClaimDecision.GaveUp(retry.Change, retry.NextAttempt, retry.DueAt),
            CompletionDecision.Over over => new ClaimDecision.Ended(over.Change),
            CompletionDecision.Waiting waiting => new ClaimDecision.GaveUp(waiting.Change, lease.Number + 1, waiting.WakeAt ?? now),
            var other => throw new InvalidOperationException($"A failed attempt cannot come to {other.GetType()}."),
        };
    }

    private static ClaimDecision.Claimed Begin(TaskRecord task, AttemptClaim claim, TaskEventType type, IReadOnlyList<string> slots, DateTimeOffset now)
    {
        var lease = new AttemptLease(claim.Number, task.LeaseEpoch + 1, claim.Holder, claim.LeaseDuration)
        {
            Deadline = Earlier(now + task.AttemptTimeLimit, task.FinishBy),
        };
        var after = task with
        {
            State = TaskState.Running,
            Attempt = lease.Number,
            LeaseEpoch = lease.Epoch,
            Lease = lease,
            Slots = slots,
            Agent = claim.Agent,
            DueAt = null,
            Unstarted = false,
            StartedAt = task.StartedAt ?? now,
        };
        if (task.State != TaskState.Running)
            TaskTransitions.Move(task.Id, task.State, after.State);

        return new ClaimDecision.Claimed(Step(after, task, now, new Entry(type, lease.Number, TaskEventDetail.Of(lease, claim.Agent))), lease);
    }

    private static TaskError TimedOut(AttemptLease lease) =>
        new("attempt_timed_out", $"Attempt {lease.Number} was not completed by its deadline, {lease.Deadline!.Value.UtcDateTime:O}.");

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null ? other : Earlier(one.Value, other);
}
