using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Log;

/// <summary>The commit log in a table: a partition per epoch, a row per position. The client must not repeat insertions by itself.</summary>
internal sealed class TableLogStore(TableClient table) : ILogStore
{
    private const int RowsPerCut = 100;

    public async Task InsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        try
        {
            await table.AddEntityAsync(row.ToEntity(), cancellationToken);
        }
        catch (RequestFailedException taken) when (taken.Status == 409)
        {
            throw new RowTakenException(row.At, taken);
        }
        catch (Exception fault) when (StorageFaults.IsFault(fault, cancellationToken))
        {
            throw new StorageFaultException($"the insertion of row {row.At.Position}", fault);
        }
    }

    public async Task<string?> GetWriteIdAsync(LogPosition at, CancellationToken cancellationToken)
    {
        try
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(
                LogPosition.PartitionKey(at.Epoch), LogPosition.RowKey(at.Position), ["WriteId"], cancellationToken);
            return found.HasValue ? found.Value!.GetString("WriteId") : null;
        }
        catch (Exception fault) when (StorageFaults.IsFault(fault, cancellationToken))
        {
            throw new StorageFaultException($"the reading of row {at.Position}", fault);
        }
    }

    public async IAsyncEnumerable<LogRow> ReadAsync(LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {LogPosition.PartitionKey(from.Epoch)} and RowKey ge {LogPosition.RowKey(from.Position)}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            yield return LogRow.From(row);
        }
    }

    public async Task CutAsync(LogPosition before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {LogPosition.PartitionKey(before.Epoch)} and RowKey lt {LogPosition.RowKey(before.Position)}");
        var rows = new List<TableTransactionAction>(RowsPerCut);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey", "Seal"], cancellationToken: cancellationToken))
        {
            if (row.GetBoolean("Seal") is true)
            {
                continue;
            }

            rows.Add(new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, row.RowKey), ETag.All));
            if (rows.Count == RowsPerCut)
            {
                await table.SubmitTransactionAsync(rows, cancellationToken);
                rows.Clear();
            }
        }

        if (rows.Count > 0)
        {
            await table.SubmitTransactionAsync(rows, cancellationToken);
        }
    }
}
