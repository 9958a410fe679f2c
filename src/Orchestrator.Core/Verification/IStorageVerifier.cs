namespace Orchestrator.Verification;

/// <summary>What checking a stretch of storage came to.</summary>
public abstract record StretchOutcome
{
    private StretchOutcome()
    {
    }

    /// <summary>The stretch is checked.</summary>
    public sealed record Checked(CheckedStretch Stretch) : StretchOutcome;

    /// <summary>The token is none of ours.</summary>
    public sealed record InvalidToken : StretchOutcome;
}

/// <summary>A stretch of storage that has been checked.</summary>
/// <param name="Findings">What is wrong in it.</param>
/// <param name="ContinuationToken">Where the next stretch begins; null: that was the last one.</param>
/// <param name="Position">How far the check is, for people.</param>
public sealed record CheckedStretch(IReadOnlyList<StorageFinding> Findings, string? ContinuationToken, string Position)
{
    /// <summary>Tasks in the stretch.</summary>
    public int Tasks { get; init; }

    /// <summary>Rows in the stretch.</summary>
    public long Rows { get; init; }
}

/// <summary>
/// Holds all that is stored against the rules, a bounded stretch at a time. Remembers nothing in between. While the system runs, what is
/// just changing is looked at again before it counts as wrong.
/// </summary>
public interface IStorageVerifier
{
    /// <summary>Checks the next stretch.</summary>
    /// <param name="continuationToken">Where the last one ended; null: begin.</param>
    /// <param name="repair">
    /// Whether to mend what can be mended safely, also while the system runs. The states and events of tasks are never written, except that a
    /// task is told of the end of another by the ordinary decision.
    /// </param>
    Task<StretchOutcome> CheckAsync(string? continuationToken, bool repair, CancellationToken cancellationToken);
}
