namespace Embedded.Functions.Timers;

/// <summary>What is kept of a timer between runs and over restarts.</summary>
/// <param name="Last">The start of the last run; null if there was none.</param>
/// <param name="Next">When the next run is due; null for never.</param>
internal sealed record TimerStatus(DateTimeOffset? Last, DateTimeOffset? Next, DateTimeOffset UpdatedAt);
