namespace Orchestrator.History;

/// <summary>Keeps dead letters.</summary>
public interface IDeadLetterStore
{
    /// <summary>Keeps a dead letter; false when it was there already: the same source, id and time of arrival.</summary>
    Task<bool> AddAsync(DeadLetter deadLetter, CancellationToken cancellationToken);

    /// <summary>A page of dead letters, those given up last first.</summary>
    Task<DeadLetterListing> ListAsync(DeadLetterQuery query, CancellationToken cancellationToken);

    /// <summary>A dead letter with its body; null when there is none.</summary>
    Task<StoredDeadLetter?> GetAsync(DeadLetterId id, CancellationToken cancellationToken);

    /// <summary>Writes what redriving came to; the letter as it is then, null when there is none any more.</summary>
    Task<StoredDeadLetter?> AddRedriveAsync(DeadLetterId id, DeadLetterRedrive redrive, CancellationToken cancellationToken);

    /// <summary>Deletes a dead letter; false when there is none.</summary>
    Task<bool> DeleteAsync(DeadLetterId id, CancellationToken cancellationToken);

    /// <summary>Deletes the dead letter of what arrived from a source at a time; false when there is none.</summary>
    Task<bool> DeleteAsync(string source, string id, DateTimeOffset arrivedAt, CancellationToken cancellationToken);

    /// <summary>Deletes dead letters that were given up before a time.</summary>
    /// <param name="limit">Most that a call deletes, 1–1,000.</param>
    /// <returns>How many were deleted; less than <paramref name="limit"/>: there are no more.</returns>
    Task<int> DeleteBeforeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>Counts dead letters, at most some thousands.</summary>
    /// <param name="recent">From when on they count as recent.</param>
    Task<DeadLetterCounts> CountAsync(DateTimeOffset recent, CancellationToken cancellationToken);
}
