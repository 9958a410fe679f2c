namespace Orchestrator.Tasks;

/// <summary>How long a task and its attempts may take.</summary>
/// <remarks>Pinned at submission: a change affects only tasks submitted after it.</remarks>
public sealed record TaskTimeouts
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>An attempt may take 5 minutes; nothing else is limited.</summary>
    public static TaskTimeouts Default { get; } = new();

    /// <summary>
    /// A task whose first attempt has not begun so long after it was submitted, or after the time it was to start at, is Expired:
    /// over 0, up to 365 days; null, the default: it waits for ever.
    /// </summary>
    public TimeSpan? Start { get; init; }

    /// <summary>
    /// From the start of an attempt to its end; then it fails with <c>attempt_timed_out</c>: over 0, up to 365 days, default 5 min. For an agent
    /// that works in this program it must be below the function time-out.
    /// </summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// An attempt that has given no sign of life for so long fails with <c>heartbeat_timed_out</c>: 1 s to 365 days; null, the default: none is
    /// expected. Progress, log lines and heartbeats are signs of life.
    /// </summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>
    /// A task that is not over so long after it was submitted, or after the time it was to start at, is Expired, whatever its attempts do: over
    /// 0, up to 365 days; null, the default: no limit.
    /// </summary>
    public TimeSpan? Total { get; init; }

    /// <summary>What is out of range, a sentence each.</summary>
    public IEnumerable<string> FindFaults()
    {
        if (Start is { } start && (start <= TimeSpan.Zero || start > Longest))
            yield return $"Start is {start}; it must be over 0, up to 365 days.";
        if (Attempt <= TimeSpan.Zero || Attempt > Longest)
            yield return $"Attempt is {Attempt}; it must be over 0, up to 365 days.";
        if (Heartbeat is { } heartbeat && (heartbeat < TimeSpan.FromSeconds(1) || heartbeat > Longest))
            yield return $"Heartbeat is {heartbeat}; it must be 1 s to 365 days.";
        if (Total is { } total && (total <= TimeSpan.Zero || total > Longest))
            yield return $"Total is {total}; it must be over 0, up to 365 days.";
    }
}
