using Azure;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Outages;

namespace Orchestrator.Storage.Tables;

/// <summary>Sends transactions to the table service, each once, and says what the answers mean.</summary>
internal sealed class TableTransactionSender : ITransactionSender
{
    private static readonly string[] WriteIdOnly = [BatchingWriter.WriteIdColumn];

    private readonly TableClients _clients;
    private readonly StorageMetrics _metrics;

    public TableTransactionSender(TableClients clients, StorageMetrics metrics)
    {
        _clients = clients;
        _metrics = metrics;
    }

    public async Task<TransactionResult> SendAsync(string table, string partition, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken)
    {
        try
        {
            var client = _clients.Writing(table);
            var versions = operations.Count == 1
                ? [await SendOneAsync(client, operations[0], cancellationToken)]
                : await SendAllAsync(client, operations, cancellationToken);
            _metrics.RowsWritten(operations.Count);
            return new TransactionResult.Committed(versions);
        }
        catch (RequestFailedException exception) when (exception.Status == 404 && exception.ErrorCode == "TableNotFound")
        {
            return new TransactionResult.TableMissing();
        }
        catch (Exception exception) when (StorageFailures.IsUnclear(exception) && !cancellationToken.IsCancellationRequested)
        {
            return new TransactionResult.Unclear(StorageFailures.Describe(_clients.Endpoint, exception));
        }
        catch (RequestFailedException exception) when (!StorageFailures.IsUnavailable(exception))
        {
            var index = operations.Count == 1 ? 0 : (exception as TableTransactionFailedException)?.FailedTransactionActionIndex;
            return new TransactionResult.Refused(index, exception.Status, exception);
        }
        catch (RequestFailedException exception)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    public Task<string?> ReadWriteIdAsync(string table, string partition, string rowKey, CancellationToken cancellationToken) => DescribedAsync(
        async () =>
        {
            using var look = BudgetedRetries.EarnNothing();
            var row = await _clients.Reading(table).GetEntityIfExistsAsync<TableEntity>(partition, rowKey, WriteIdOnly, cancellationToken);
            return row.HasValue ? row.Value!.GetString(BatchingWriter.WriteIdColumn) ?? "" : null;
        },
        cancellationToken);

    public bool MaySendAgain()
    {
        if (!_clients.Retries.TryTake())
            return false;
        _metrics.RequestRetried();
        return true;
    }

    public Task CreateTableAsync(string table, CancellationToken cancellationToken) =>
        DescribedAsync(async () => await _clients.Service.CreateTableIfNotExistsAsync(table, cancellationToken), cancellationToken);

    /// <summary>A storage that does not work is said to be so.</summary>
    private async Task<T> DescribedAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    private static async Task<string[]> SendAllAsync(TableClient client, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken)
    {
        var response = await client.SubmitTransactionAsync(operations.Select(ToAction), cancellationToken);
        return [.. response.Value.Select(VersionOf)];
    }

    private static async Task<string> SendOneAsync(TableClient client, RowOperation operation, CancellationToken cancellationToken) => VersionOf(operation.Kind switch
    {
        RowOperationKind.Insert => await client.AddEntityAsync(operation.Row, cancellationToken),
        RowOperationKind.Upsert => await client.UpsertEntityAsync(operation.Row, TableUpdateMode.Merge, cancellationToken),
        RowOperationKind.Merge => await client.UpdateEntityAsync(operation.Row, new ETag(operation.Version!), TableUpdateMode.Merge, cancellationToken),
        _ => await client.DeleteEntityAsync(operation.Row.PartitionKey, operation.RowKey, VersionOf(operation), cancellationToken),
    });

    private static TableTransactionAction ToAction(RowOperation operation) => operation.Kind switch
    {
        RowOperationKind.Insert => new TableTransactionAction(TableTransactionActionType.Add, operation.Row),
        RowOperationKind.Upsert => new TableTransactionAction(TableTransactionActionType.UpsertMerge, operation.Row),
        RowOperationKind.Merge => new TableTransactionAction(TableTransactionActionType.UpdateMerge, operation.Row, new ETag(operation.Version!)),
        _ => new TableTransactionAction(TableTransactionActionType.Delete, operation.Row, VersionOf(operation)),
    };

    private static ETag VersionOf(RowOperation deletion) => deletion.Version is { } version ? new ETag(version) : ETag.All;

    private static string VersionOf(Response response) => response.Headers.ETag?.ToString() ?? "";
}
