using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>A table, as far as checkpoints need one. Failures are those of the table client.</summary>
internal interface IRowStore
{
    /// <summary>The row, or null.</summary>
    Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken);

    /// <summary>The rows of a range of keys, ordered by partition and row key.</summary>
    IAsyncEnumerable<TableEntity> ReadAsync(RowRange range, CancellationToken cancellationToken);

    /// <summary>Does all of it or nothing.</summary>
    /// <param name="actions">1 to 100, all of one partition, each of another row.</param>
    /// <returns>The tag of the first row.</returns>
    /// <exception cref="RequestFailedException">A condition does not hold (404, 409, 412), or storage failed.</exception>
    Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken);
}

/// <summary>Which rows to read.</summary>
internal sealed record RowRange
{
    /// <summary>Only rows of this partition; null for all.</summary>
    public string? Partition { get; init; }

    /// <summary>Only the row of this key, its parts, and what stands between these; null for all.</summary>
    public string? RowKey { get; init; }

    /// <summary>Only rows behind this one, which need not exist; null to begin with the first.</summary>
    public (string Partition, string RowKey)? After { get; init; }
}
