using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>What an idempotency key stands for.</summary>
/// <param name="Id">The one task of the key.</param>
/// <param name="ContentHash">Hash of the submission that came first.</param>
/// <param name="IsNew">Whether this call made it so.</param>
internal sealed record KeyHolder(TaskId Id, string ContentHash, bool IsNew);

/// <summary>The table of idempotency keys. A key row is written before its task; it may lie there without one after a crash.</summary>
internal sealed class IdempotencyTable
{
    private const string Id = "Id";
    private const string ContentHash = "ContentHash";

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly string _table;

    public IdempotencyTable(BatchingWriter writer, TableReader reader, TableClients clients)
    {
        _writer = writer;
        _reader = reader;
        _table = clients.NameOf(IdempotencyKeys.Table);
    }

    /// <summary>Takes a key for a task, or finds who has it.</summary>
    public async Task<KeyHolder> TakeAsync(string key, TaskId id, string contentHash, CancellationToken cancellationToken)
    {
        var partition = IdempotencyKeys.Partition(key);
        var row = new TableEntity(partition, IdempotencyKeys.Row(key))
        {
            ["Schema"] = 1,
            [Id] = id.ToString(),
            [ContentHash] = contentHash,
        };
        var outcome = await _writer.WriteAsync(new RowGroup(_table, partition, [RowOperation.Insert(row)], 0), cancellationToken);
        if (outcome is RowGroupOutcome.Written)
            return new KeyHolder(id, contentHash, IsNew: true);

        var holder = await _reader.GetAsync(_table, partition, row.RowKey, cancellationToken)
            ?? throw new InvalidOperationException($"Idempotency key row {row.RowKey} exists and cannot be read.");
        return new KeyHolder(TaskId.Parse(holder.Row.RequireText(Id)), holder.Row.RequireText(ContentHash), IsNew: false);
    }

    /// <summary>Forgets a key that stands for a task; leaves one that stands for another.</summary>
    public async Task ReleaseAsync(string key, TaskId id, CancellationToken cancellationToken)
    {
        var partition = IdempotencyKeys.Partition(key);
        var holder = await _reader.GetAsync(_table, partition, IdempotencyKeys.Row(key), cancellationToken);
        if (holder is not null && string.Equals(holder.Row.RequireText(Id), id.ToString(), StringComparison.Ordinal))
            await _writer.WriteAsync(new RowGroup(_table, partition, [RowOperation.DeleteIfExists(partition, holder.Row.RowKey)], 0), cancellationToken);
    }
}
