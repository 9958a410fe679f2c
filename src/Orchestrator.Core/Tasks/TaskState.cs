namespace Orchestrator.Tasks;

/// <summary>Where a task stands. <see cref="TaskTransitions"/> holds the moves between states.</summary>
public enum TaskState
{
    /// <summary>Waits for its time: a delayed start, or the delay before the next attempt.</summary>
    Scheduled = 0,

    /// <summary>Waits for other tasks.</summary>
    Blocked = 1,

    /// <summary>Waits for a slot.</summary>
    Queued = 2,

    /// <summary>An attempt is under way.</summary>
    Running = 3,

    /// <summary>Held back by an operator.</summary>
    Paused = 4,

    /// <summary>Over: the output is the result.</summary>
    Succeeded = 5,

    /// <summary>Over: the error says why.</summary>
    Failed = 6,

    /// <summary>Over: somebody did not want it any more.</summary>
    Cancelled = 7,

    /// <summary>Over: its time ran out.</summary>
    Expired = 8,
}
