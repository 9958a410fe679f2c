namespace Orchestrator.Agents;

/// <summary>Where an agent stands. <see cref="AgentTransitions"/> holds the moves between states.</summary>
public enum AgentState
{
    /// <summary>Known, never seen.</summary>
    Registered = 0,

    /// <summary>Comes up.</summary>
    Starting = 1,

    /// <summary>Takes tasks.</summary>
    Ready = 2,

    /// <summary>Takes no tasks until somebody says so.</summary>
    Paused = 3,

    /// <summary>Finishes what it has and takes no more.</summary>
    Draining = 4,

    /// <summary>Gone in good order.</summary>
    Stopped = 5,

    /// <summary>Does not work.</summary>
    Faulted = 6,
}
