namespace Orchestrator.Tasks;

/// <summary>Bounds on what a task may hold.</summary>
public static class TaskLimits
{
    /// <summary>Longest title, in characters.</summary>
    public const int TitleLength = 200;

    /// <summary>Most tags of a task.</summary>
    public const int Tags = 20;

    /// <summary>Longest tag, in characters; the shortest has one.</summary>
    public const int TagLength = 64;

    /// <summary>Longest name that users choose (types, agents, idempotency keys), in characters.</summary>
    public const int NameLength = 200;

    /// <summary>Priority when none is given.</summary>
    public const int DefaultPriority = 5;

    /// <summary>Highest priority; 0 is the lowest.</summary>
    public const int MaxPriority = 9;

    /// <summary>Largest input or output, in bytes of UTF-8.</summary>
    public const int PayloadBytes = 4 * 1024 * 1024;
}
