namespace Orchestrator.Audit;

/// <summary>Which entries to list.</summary>
public sealed record AuditQuery
{
    /// <summary>Only of this actor, by id or by name; null: of all.</summary>
    public string? Actor { get; init; }

    /// <summary>Only of what was done to this; null: to anything.</summary>
    public string? Target { get; init; }

    /// <summary>Not before this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Most entries of a page.</summary>
    public int PageSize { get; init; } = 50;

    /// <summary>Where to go on; null: begin.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>What a list came to.</summary>
public abstract record AuditListing
{
    private AuditListing()
    {
    }

    /// <summary>A page, newest first. It may be short, or empty, though there are more.</summary>
    /// <param name="ContinuationToken">Where the next one begins; null: there is none.</param>
    public sealed record Page(IReadOnlyList<AuditEntry> Entries, string? ContinuationToken) : AuditListing;

    /// <summary>The token was not given out for this list.</summary>
    public sealed record InvalidToken : AuditListing;
}

/// <summary>Where the audit is kept. All calls throw <see cref="Errors.StorageUnavailableException"/> while storage is away.</summary>
public interface IAuditStore
{
    /// <summary>Writes down that an action is begun. Until this has returned the action must not be.</summary>
    Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Writes down how it ended. More than once is the same as once.</summary>
    Task EndAsync(AuditEntryId id, AuditEnd end, CancellationToken cancellationToken);

    /// <summary>Lists entries, newest first.</summary>
    Task<AuditListing> ListAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Removes the entries of whole days (UTC) that were over before a time.</summary>
    /// <param name="limit">Most entries to remove, 1–1,000.</param>
    /// <returns>How many were removed.</returns>
    Task<int> DeleteBeforeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}
