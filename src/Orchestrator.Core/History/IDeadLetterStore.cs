namespace Orchestrator.History;

/// <summary>Keeps dead letters.</summary>
public interface IDeadLetterStore
{
    /// <summary>Keeps a dead letter; false when it was there already.</summary>
    Task<bool> AddAsync(DeadLetter deadLetter, CancellationToken cancellationToken);

    /// <summary>The dead letters of a source, those that arrived last first; at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<DeadLetter>> ListAsync(string source, int limit, CancellationToken cancellationToken);
}
