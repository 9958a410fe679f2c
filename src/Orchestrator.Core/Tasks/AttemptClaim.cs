namespace Orchestrator.Tasks;

/// <summary>Asks for the right to work on an attempt.</summary>
/// <param name="Number">The attempt that is to be made, from 1.</param>
/// <param name="Holder">Names the process that asks.</param>
/// <param name="Agent">Name of the agent that will work.</param>
/// <param name="LeaseDuration">How long others must leave it alone after each write of the row.</param>
public sealed record AttemptClaim(int Number, string Holder, string Agent, TimeSpan LeaseDuration)
{
    /// <summary>A holder whose process is known for certain to have ended: its lease is not waited for.</summary>
    public Func<string, bool>? HolderHasEnded { get; init; }

    /// <summary>Time since the last sign of life of a pending attempt, by storage time; null when there was none or it is not known.</summary>
    public TimeSpan? SilentFor { get; init; }

    /// <summary>The limiters of which a slot is needed to begin, in the order in which they must be asked.</summary>
    public IReadOnlyList<string> NeededSlots { get; init; } = [];

    /// <summary>The limiters of which a slot was given for beginning with the lease epoch <see cref="Ticket"/>.</summary>
    public IReadOnlyList<string> HeldSlots { get; init; } = [];

    /// <summary>The lease epoch that <see cref="HeldSlots"/> are good for; 0: none.</summary>
    public long Ticket { get; init; }

    /// <summary>A random number from 0 to 1 for the delay after a failure.</summary>
    public double Chance { get; init; }
}

/// <summary>What a claim came to.</summary>
public abstract record ClaimDecision
{
    private ClaimDecision()
    {
    }

    /// <summary>Once the change is written, the attempt is the caller's.</summary>
    public sealed record Claimed(TaskChange Change, AttemptLease Lease) : ClaimDecision;

    /// <summary>Ended instead of begun, as it was to be cancelled or its time is up: write the change; the task is over then.</summary>
    public sealed record Ended(TaskChange Change) : ClaimDecision;

    /// <summary>The pending attempt has failed, as its time is up or its heartbeats have stopped: write the change; then <paramref name="NextAttempt"/> may begin.</summary>
    public sealed record GaveUp(TaskChange Change, int NextAttempt, DateTimeOffset DueAt) : ClaimDecision;

    /// <summary>The task is over: this is its outcome.</summary>
    public sealed record AlreadyOver(TaskRecord Task) : ClaimDecision;

    /// <summary>This attempt is over: the task waits for a later one, which may begin at <paramref name="DueAt"/>.</summary>
    public sealed record AttemptOver(TaskRecord Task, int NextAttempt, DateTimeOffset DueAt) : ClaimDecision;

    /// <summary>Another delivery works on it. Look again after <paramref name="Remaining"/> at the latest.</summary>
    /// <param name="Lease">Who has it.</param>
    /// <param name="Remaining">Time left of the lease, if it is not renewed; the whole lease when its age is not known.</param>
    public sealed record Held(AttemptLease Lease, TimeSpan Remaining) : ClaimDecision;

    /// <summary>Too early: nothing may begin before <paramref name="DueAt"/>.</summary>
    public sealed record NotDue(DateTimeOffset DueAt) : ClaimDecision;

    /// <summary>The attempt may begin once there is a slot for it.</summary>
    /// <param name="Change">To be written; null: nothing.</param>
    /// <param name="Limiter">The limiter to ask.</param>
    /// <param name="Ticket">The lease epoch that the attempt will begin with.</param>
    /// <param name="Rank">Its place among those who wait.</param>
    /// <param name="WakeAt">When its time is up; null: never.</param>
    public sealed record NeedsSlot(TaskChange? Change, string Limiter, long Ticket, long Rank, DateTimeOffset? WakeAt) : ClaimDecision;

    /// <summary>No attempt begins before somebody changes the task: it is blocked, paused, or somebody outside is to complete it.</summary>
    /// <param name="WakeAt">When its time is up; null: never.</param>
    public sealed record NotReady(TaskState State, DateTimeOffset? WakeAt) : ClaimDecision;
}
