using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>Rows in a table of the storage account. The client must not repeat transactions by itself.</summary>
internal sealed class TableRowStore(TableClient table) : IRowStore
{
    public async Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    public IAsyncEnumerable<TableEntity> ReadAsync(RowRange range, CancellationToken cancellationToken) =>
        table.QueryAsync<TableEntity>(Filter(range), cancellationToken: cancellationToken);

    public async Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var result = await table.SubmitTransactionAsync(actions, cancellationToken);
        return result.Value[0].Headers.ETag ?? throw new InvalidDataException("Storage gave a row no tag.");
    }

    private static string? Filter(RowRange range)
    {
        var partition = range.Partition is { } only ? TableClient.CreateQueryFilter($"PartitionKey eq {only}") : null;
        var key = range.RowKey is { } row ? TableClient.CreateQueryFilter($"RowKey ge {row} and RowKey lt {StoredRow.BehindPartsOf(row)}") : null;
        var after = range.After switch
        {
            null => null,
            var (inPartition, last) when inPartition == range.Partition => TableClient.CreateQueryFilter($"RowKey gt {last}"),
            var (inPartition, last) => TableClient.CreateQueryFilter($"(PartitionKey gt {inPartition} or (PartitionKey eq {inPartition} and RowKey gt {last}))"),
        };
        return string.Join(" and ", new[] { partition, key, after }.OfType<string>()) is { Length: > 0 } filter ? filter : null;
    }
}
