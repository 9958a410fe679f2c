namespace Orchestrator.History;

/// <summary>Asks for a page of dead letters, those given up last first.</summary>
public sealed record DeadLetterQuery
{
    /// <summary>Only of this source; null: of all.</summary>
    public string? Source { get; init; }

    /// <summary>Only with this reason; null: with any.</summary>
    public string? Code { get; init; }

    /// <summary>Only those given up at that time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only those given up before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Most letters of a page, 1–200.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Goes on after the page that it came with; null: begins.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>A dead letter as it is stored.</summary>
/// <param name="Preview">The beginning of its body on one line, without what lies deeper in it; at most 200 characters.</param>
public sealed record StoredDeadLetter(DeadLetterId Id, DeadLetter Letter, string Preview);

/// <summary>What listing dead letters came to.</summary>
public abstract record DeadLetterListing
{
    private DeadLetterListing()
    {
    }

    /// <summary>A page; it may be short, even empty, and there is more as long as there is a token.</summary>
    /// <param name="Letters">Without bodies and faults.</param>
    public sealed record Page(IReadOnlyList<StoredDeadLetter> Letters, string? ContinuationToken) : DeadLetterListing;

    /// <summary>The token was not given out for this query.</summary>
    public sealed record InvalidToken : DeadLetterListing;
}

/// <summary>How many dead letters there are.</summary>
/// <param name="Dead">Those still to be seen to.</param>
/// <param name="Redriven">Those redriven with success.</param>
/// <param name="Recent">Those given up since the time asked about, redriven or not.</param>
/// <param name="IsAtLeast">Whether there are more, older ones, that were not counted.</param>
public sealed record DeadLetterCounts(int Dead, int Redriven, int Recent, bool IsAtLeast);
