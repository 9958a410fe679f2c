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

    /// <summary>Most tasks that a task may depend on.</summary>
    public const int Dependencies = 100;

    /// <summary>Longest details of a heartbeat, in characters of JSON.</summary>
    public const int HeartbeatCharacters = 32_000;

    /// <summary>Most log lines that are kept of an attempt.</summary>
    public const int LogLines = 1_000;

    /// <summary>Most characters of log lines that are kept of an attempt.</summary>
    public const int LogCharacters = 256 * 1024;

    /// <summary>Longest log line, in characters; more is cut off.</summary>
    public const int LogLineLength = 4_000;

    /// <summary>Longest callback address, in characters.</summary>
    public const int UrlLength = 2_000;

    /// <summary>How far ahead a task may be set to start.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    /// <summary>How long an idempotency key stands for its task when nothing is said.</summary>
    public static readonly TimeSpan IdempotencyLifetime = TimeSpan.FromDays(30);
}
