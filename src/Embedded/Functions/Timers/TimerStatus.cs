namespace Embedded.Functions.Timers;

/// <summary>What is kept of a timer between runs and over restarts.</summary>
/// <param name="Last">The start of the last run; null if there was none.</param>
/// <param name="Next">When the next run is due; null for never.</param>
internal sealed record TimerStatus(DateTimeOffset? Last, DateTimeOffset? Next, DateTimeOffset UpdatedAt)
{
    /// <summary>
    /// This status under a schedule that may not be the one it was written under: then nothing was missed, and the next run is the next one of the new schedule.
    /// </summary>
    public TimerStatus Under(TimerSchedule schedule, DateTimeOffset now)
    {
        var since = Last ?? UpdatedAt;

        // Written by a clock that was ahead: to wait for its time could take as long as it was.
        if (since > now)
            return new TimerStatus(Last: null, schedule.Next(now), now);

        var next = schedule.Next(since);
        if (next == Next)
            return this;
        return next < now ? new TimerStatus(Last: null, schedule.Next(now), now) : new TimerStatus(Last: null, next, since);
    }
}
