using Orchestrator.Functions.Limits;

namespace Orchestrator.Functions.Activities;

/// <summary>Asks for one attempt at a task.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Attempt">Which try it is to be, from 1.</param>
public sealed record AttemptRequest(string TaskId, int Attempt)
{
    /// <summary>The limiters that have given a slot for it; null: none.</summary>
    public IReadOnlyList<string>? Slots { get; init; }

    /// <summary>The lease epoch that the slots are good for; 0: none.</summary>
    public long Ticket { get; init; }
}

/// <summary>What the orchestration does next.</summary>
/// <remarks>Stored in histories as numbers: values are added, never changed.</remarks>
public enum AttemptNext
{
    /// <summary>The task is over.</summary>
    Over = 0,

    /// <summary>Ask again for attempt <see cref="AttemptStep.Attempt"/> at <see cref="AttemptStep.DueAtTicks"/>, or when the task has changed.</summary>
    Again = 1,

    /// <summary>Nothing can be done until the task changes; ask again now and then.</summary>
    Pending = 2,

    /// <summary>Nothing can be done for long, or until somebody changes the task: end. Whoever has something to do starts the orchestration anew.</summary>
    Leave = 3,

    /// <summary>The task is over, and others are to be told.</summary>
    FollowUp = 4,

    /// <summary>The attempt may begin once there is a slot for it: ask for <see cref="AttemptStep.Wish"/>, and look again at <see cref="AttemptStep.DueAtTicks"/> in any case.</summary>
    Slot = 5,
}

/// <summary>What asking for an attempt came to.</summary>
/// <param name="Next">What to do.</param>
/// <param name="Attempt">The attempt to ask for next.</param>
/// <param name="DueAtTicks">When, in UTC ticks; 0 for at once.</param>
public sealed record AttemptStep(AttemptNext Next, int Attempt, long DueAtTicks)
{
    /// <summary>The slot to ask for; null: none.</summary>
    public SlotWish? Wish { get; init; }

    /// <summary>Slots to give back before anything else; null: none.</summary>
    public SlotReturn? Return { get; init; }

    internal static AttemptStep Over(int attempt) => new(AttemptNext.Over, attempt, 0);

    internal static AttemptStep Again(int attempt, DateTimeOffset dueAt) => new(AttemptNext.Again, attempt, dueAt.UtcTicks);

    internal static AttemptStep Leave(int attempt) => new(AttemptNext.Leave, attempt, 0);

    internal static AttemptStep FollowUp(int attempt) => new(AttemptNext.FollowUp, attempt, 0);
}
