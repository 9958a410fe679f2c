namespace Orchestrator.Tasks;

/// <summary>How far an attempt is: the latest of what it has said.</summary>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Epoch">Epoch of its lease.</param>
/// <param name="At">When it was said, UTC, by the clock of whoever took it.</param>
public sealed record AttemptReport(int Attempt, long Epoch, DateTimeOffset At)
{
    /// <summary>How far it is, 0–100; null: it has not said.</summary>
    public int? Percent { get; init; }

    /// <summary>What it is doing, at most <see cref="TaskLimits.LogLineLength"/> characters; null: it has not said.</summary>
    public string? Text { get; init; }

    /// <summary>JSON text of the last heartbeat's details; null: none.</summary>
    public string? Details { get; init; }
}

/// <summary>A report with the time since it was written, by storage time.</summary>
public sealed record StoredReport(AttemptReport Report, TimeSpan Age);
