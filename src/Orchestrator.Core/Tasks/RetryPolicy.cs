namespace Orchestrator.Tasks;

/// <summary>When a failed attempt is followed by another one.</summary>
/// <remarks>Pinned at submission: a change affects only tasks submitted after it.</remarks>
public sealed record RetryPolicy
{
    /// <summary>One attempt only.</summary>
    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>Three attempts, 1 s and 2 s apart.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>Attempts in all, the first one included: 1–100, default 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Time from the end of the first attempt to the second: 0–1 day, default 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What each further delay is multiplied with: 1–10, default 2.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>No delay is longer: 0–1 day, default 1 min.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time to wait after attempt <paramref name="attempt"/> (1 is the first) has failed.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var ticks = FirstDelay.Ticks * Math.Pow(Backoff, attempt - 1);
        return ticks < MaxDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : MaxDelay;
    }

    /// <summary>What is out of range, a sentence each.</summary>
    public IEnumerable<string> FindFaults()
    {
        if (MaxAttempts is < 1 or > 100)
            yield return $"MaxAttempts is {MaxAttempts}; it must be 1 to 100.";
        if (FirstDelay < TimeSpan.Zero || FirstDelay > TimeSpan.FromDays(1))
            yield return $"FirstDelay is {FirstDelay}; it must be 0 to 1 day.";
        if (Backoff is not (>= 1 and <= 10))
            yield return $"Backoff is {Backoff}; it must be 1 to 10.";
        if (MaxDelay < TimeSpan.Zero || MaxDelay > TimeSpan.FromDays(1))
            yield return $"MaxDelay is {MaxDelay}; it must be 0 to 1 day.";
    }
}
