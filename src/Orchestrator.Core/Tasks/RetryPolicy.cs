namespace Orchestrator.Tasks;

/// <summary>How the delay between attempts grows.</summary>
public enum DelayGrowth
{
    /// <summary>Each delay is <see cref="RetryPolicy.Backoff"/> times the one before.</summary>
    Exponential = 0,

    /// <summary>Each delay is longer than the one before by <see cref="RetryPolicy.FirstDelay"/>.</summary>
    Linear = 1,

    /// <summary>All delays are <see cref="RetryPolicy.FirstDelay"/>.</summary>
    Fixed = 2,
}

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

    /// <summary>How further delays grow; default: exponentially.</summary>
    public DelayGrowth Growth { get; init; }

    /// <summary>What each further delay is multiplied with when they grow exponentially: 1–10, default 2.</summary>
    public double Backoff { get; init; } = 2;

    /// <summary>No delay is longer: 0–1 day, default 1 min.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How much of a delay is left to chance: a delay is shortened by up to this part of itself, 0–1, default 0.</summary>
    public double Jitter { get; init; }

    /// <summary>No attempt begins later than this after the first one began: over 0, up to 365 days; null, the default: no limit.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>Errors that are always tried again, whatever the agent says of them: at most 50 codes.</summary>
    public IReadOnlyList<string> RetryableCodes { get; init; } = [];

    /// <summary>Errors that are never tried again, whatever the agent says of them: at most 50 codes, none of them retryable.</summary>
    public IReadOnlyList<string> TerminalCodes { get; init; } = [];

    /// <summary>Time to wait after attempt <paramref name="attempt"/> (1 is the first) has failed.</summary>
    /// <param name="chance">A random number from 0 to 1; 0 gives the longest delay.</param>
    public TimeSpan DelayAfter(int attempt, double chance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var ticks = FirstDelay.Ticks * Growth switch
        {
            DelayGrowth.Fixed => 1,
            DelayGrowth.Linear => attempt,
            _ => Math.Pow(Backoff, attempt - 1),
        };
        var delay = ticks < MaxDelay.Ticks ? TimeSpan.FromTicks((long)ticks) : MaxDelay;
        return delay - (delay * (Jitter * Math.Clamp(chance, 0, 1)));
    }

    /// <summary>Whether another attempt may help against an error.</summary>
    /// <param name="agentSays">What the agent says of it; counts for codes that the policy does not name.</param>
    public bool IsRetryable(string code, bool agentSays) =>
        !TerminalCodes.Contains(code, StringComparer.Ordinal) && (agentSays || RetryableCodes.Contains(code, StringComparer.Ordinal));

    /// <summary>What is out of range, a sentence each.</summary>
    public IEnumerable<string> FindFaults()
    {
        if (MaxAttempts is < 1 or > 100)
            yield return $"MaxAttempts is {MaxAttempts}; it must be 1 to 100.";
        if (FirstDelay < TimeSpan.Zero || FirstDelay > TimeSpan.FromDays(1))
            yield return $"FirstDelay is {FirstDelay}; it must be 0 to 1 day.";
        if (!Enum.IsDefined(Growth))
            yield return $"Growth is {Growth}; it must be Exponential, Linear or Fixed.";
        if (Backoff is not (>= 1 and <= 10))
            yield return $"Backoff is {Backoff}; it must be 1 to 10.";
        if (MaxDelay < TimeSpan.Zero || MaxDelay > TimeSpan.FromDays(1))
            yield return $"MaxDelay is {MaxDelay}; it must be 0 to 1 day.";
        if (Jitter is not (>= 0 and <= 1))
            yield return $"Jitter is {Jitter}; it must be 0 to 1.";
        if (Budget is { } budget && (budget <= TimeSpan.Zero || budget > TimeSpan.FromDays(365)))
            yield return $"Budget is {budget}; it must be over 0, up to 365 days.";
        foreach (var fault in FindCodeFaults(nameof(RetryableCodes), RetryableCodes).Concat(FindCodeFaults(nameof(TerminalCodes), TerminalCodes)))
            yield return fault;
        foreach (var code in RetryableCodes.Intersect(TerminalCodes, StringComparer.Ordinal))
            yield return $"'{code}' is in RetryableCodes and in TerminalCodes; it must be in one of them.";
    }

    /// <inheritdoc/>
    public bool Equals(RetryPolicy? other) =>
        other is not null
        && (MaxAttempts, FirstDelay, Growth, Backoff, MaxDelay, Jitter, Budget) == (other.MaxAttempts, other.FirstDelay, other.Growth, other.Backoff, other.MaxDelay, other.Jitter, other.Budget)
        && RetryableCodes.SequenceEqual(other.RetryableCodes, StringComparer.Ordinal)
        && TerminalCodes.SequenceEqual(other.TerminalCodes, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxAttempts, FirstDelay, Growth, Backoff, MaxDelay, Jitter, Budget);

    private static IEnumerable<string> FindCodeFaults(string name, IReadOnlyList<string> codes)
    {
        if (codes.Count > 50)
            yield return $"{name} has {codes.Count} codes; at most 50 are allowed.";
        foreach (var code in codes.Where(code => code.Length is < 1 or > TaskError.MaxCodeLength))
            yield return $"{name} has a code of {code.Length} characters; it must be 1 to {TaskError.MaxCodeLength}.";
    }
}
