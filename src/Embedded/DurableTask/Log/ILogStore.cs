namespace Embedded.DurableTask.Log;

/// <summary>Where the rows of the commit log lie. All that the fence asks of storage is that a row can be inserted once.</summary>
internal interface ILogStore
{
    /// <summary>Inserts a row where none is.</summary>
    /// <exception cref="RowTakenException">There is one already; it may be this very row, if an earlier try did arrive.</exception>
    /// <exception cref="StorageFaultException">It is not known whether the row was written.</exception>
    Task InsertAsync(LogRow row, CancellationToken cancellationToken);

    /// <summary>The write id of a row, or null when there is none.</summary>
    /// <exception cref="StorageFaultException">Storage did not answer.</exception>
    Task<string?> GetWriteIdAsync(LogPosition at, CancellationToken cancellationToken);

    /// <summary>The rows of an epoch from a position on, in order.</summary>
    IAsyncEnumerable<LogRow> ReadAsync(LogPosition from, CancellationToken cancellationToken);

    /// <summary>Deletes the rows of an epoch before a position. Seals stay.</summary>
    Task CutAsync(LogPosition before, CancellationToken cancellationToken);
}

/// <summary>The place of a row that was to be inserted is taken.</summary>
internal sealed class RowTakenException(LogPosition at, Exception inner)
    : Exception($"The commit log's row {at.Position} of epoch {at.Epoch} is taken.", inner);

/// <summary>Storage failed, and it is not known whether what was asked of it was done.</summary>
internal sealed class StorageFaultException(string attempt, Exception inner)
    : Exception($"Storage did not answer properly to {attempt}: {StorageFaults.LastOf(inner).Message.Split('\n')[0].Trim()}", inner);
