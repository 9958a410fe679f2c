namespace Orchestrator.Limits;

/// <summary>How much a limiter may give out.</summary>
/// <param name="Count">Slots, from 1.</param>
/// <param name="Version">Version of the task type that says so. An older one is not heeded, unless nobody has named the newer one for a while.</param>
public sealed record SlotLimit(int Count, int Version);

/// <summary>A slot that is given out.</summary>
/// <param name="Task">Id of the task that has it.</param>
/// <param name="Ticket">The lease epoch that the task's attempt begins with: a permit is good for one beginning.</param>
/// <param name="AtTicks">When it was given out, in UTC ticks.</param>
public sealed record SlotPermit(string Task, long Ticket, long AtTicks);

/// <summary>A task that waits for a slot.</summary>
/// <param name="Task">Its id.</param>
/// <param name="Ticket">The lease epoch that its attempt is to begin with.</param>
/// <param name="Rank">Lower goes first; see <see cref="SlotRank"/>.</param>
/// <param name="HasRow">Whether it stands in the queue's rows too.</param>
public sealed record SlotWaiter(string Task, long Ticket, long Rank, bool HasRow = false);

/// <summary>What became of a wish for a slot.</summary>
/// <remarks>Stored in histories as numbers: values are added, never changed.</remarks>
public enum SlotOutcome
{
    /// <summary>The task has a slot.</summary>
    Granted = 0,

    /// <summary>It is among the next, and will be told.</summary>
    Waiting = 1,

    /// <summary>There are too many to be remembered: it must stand in the queue's rows, and ask again once it does.</summary>
    Full = 2,

    /// <summary>The limiter does not know how much it may give out; ask again with the limit.</summary>
    Unknown = 3,
}

/// <summary>What a limiter answers. Whoever gets the answer has those told whose turn it is.</summary>
/// <param name="Outcome">What became of the wish, where there was one.</param>
/// <param name="Granted">Whose turn it is now, not counting the one that asked.</param>
/// <param name="Displaced">Those that must now stand in the queue's rows, as they are not remembered any more.</param>
/// <param name="Gone">Those that must not stand in the queue's rows any more.</param>
/// <param name="RefillFor">Not null: the next are to be read from the queue's rows, and this is to be said with them.</param>
public sealed record LimiterAnswer(
    SlotOutcome Outcome,
    IReadOnlyList<SlotWaiter>? Granted = null,
    IReadOnlyList<SlotWaiter>? Displaced = null,
    IReadOnlyList<SlotWaiter>? Gone = null,
    long? RefillFor = null)
{
    /// <summary>Whether anything is to be done about it.</summary>
    public bool IsToBeHandedOver() => Granted is { Count: > 0 } || Displaced is { Count: > 0 } || Gone is { Count: > 0 } || RefillFor is not null;
}

/// <summary>What was read of the rows of a queue.</summary>
/// <param name="Waiters">The first ones by rank.</param>
/// <param name="IsEnd">Whether these are all.</param>
/// <param name="ToldTicks">The limiter's <see cref="LimiterState.ToldTicks"/> before they were read: what it was told of since may be missing.</param>
public sealed record SlotRows(IReadOnlyList<SlotWaiter> Waiters, bool IsEnd, long ToldTicks);
