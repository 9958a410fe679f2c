using Azure.Data.Tables;
using Orchestrator.Errors;
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

/// <summary>Whose a name is.</summary>
/// <param name="Version">ETag of its row.</param>
internal sealed record NameHolder(TaskId Id, string Version);

/// <summary>
/// The table of idempotency keys and of names. Such a row is written before its task; it may lie there without one after a crash. A key stands for
/// its task until it has run out; then the next submission takes it over.
/// </summary>
internal sealed class IdempotencyTable
{
    private const string Id = "Id";
    private const string ContentHash = "ContentHash";
    private const string ExpiresAt = "ExpiresAt";
    private const int Tries = 10;

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly TimeProvider _time;
    private readonly string _table;

    public IdempotencyTable(BatchingWriter writer, TableReader reader, TableClients clients, TimeProvider time)
    {
        _writer = writer;
        _reader = reader;
        _time = time;
        _table = clients.NameOf(IdempotencyKeys.Table);
    }

    /// <summary>Takes the key of a submission for a task, or finds who has it.</summary>
    public async Task<KeyHolder> TakeAsync(TaskSubmission submission, string key, TaskId id, CancellationToken cancellationToken)
    {
        var partition = IdempotencyKeys.Partition(key);
        var row = new TableEntity(partition, IdempotencyKeys.Row(submission.IdempotencyScope, key))
        {
            ["Schema"] = 1,
            [Id] = id.ToString(),
            [ContentHash] = submission.ContentHash(),
            [ExpiresAt] = _time.GetUtcNow() + submission.IdempotencyLifetime,
        };
        if (await WriteAsync(RowOperation.Insert(row), cancellationToken))
            return new KeyHolder(id, (string)row[ContentHash], IsNew: true);

        for (var i = 0; i < Tries; i++)
        {
            var holder = await _reader.GetAsync(_table, partition, row.RowKey, cancellationToken);
            var isFree = holder is null || holder.Row.GetDateTimeOffset(ExpiresAt) <= _time.GetUtcNow();
            if (!isFree)
                return new KeyHolder(TaskId.Parse(holder!.Row.RequireText(Id)), holder.Row.RequireText(ContentHash), IsNew: false);
            if (await WriteAsync(holder is null ? RowOperation.Insert(row) : RowOperation.Merge(row, holder.Row.ETag.ToString()), cancellationToken))
                return new KeyHolder(id, (string)row[ContentHash], IsNew: true);
        }

        throw new InvalidOperationException($"Idempotency key row {row.RowKey} was changed by others at each of {Tries} tries to take it.");
    }

    /// <summary>Takes a name for a task; null when it has it then, else whose it is.</summary>
    public async Task<NameHolder?> TakeNameAsync(string name, TaskId id, CancellationToken cancellationToken)
    {
        while (!await WriteAsync(RowOperation.Insert(NameRow(name, id)), cancellationToken))
        {
            // It may have been released since; then it is taken in the next round.
            if (await _reader.GetAsync(_table, IdempotencyKeys.Partition(name), IdempotencyKeys.NameRow(name), cancellationToken) is not { Row: var row })
                continue;

            var holder = new NameHolder(TaskId.Parse(row.RequireText(Id)), row.ETag.ToString());
            return holder.Id == id ? null : holder;
        }

        return null;
    }

    /// <summary>Takes a name from a task that never came to be; false when somebody was faster.</summary>
    public Task<bool> TryTakeNameOverAsync(string name, NameHolder holder, TaskId id, CancellationToken cancellationToken) =>
        WriteAsync(RowOperation.Merge(NameRow(name, id), holder.Version), cancellationToken);

    /// <summary>Forgets the key of a submission that was refused after all.</summary>
    public Task ReleaseKeyAsync(TaskSubmission submission, TaskId id, CancellationToken cancellationToken) => ReleaseAsync(
        IdempotencyKeys.Partition(submission.IdempotencyKey!), IdempotencyKeys.Row(submission.IdempotencyScope, submission.IdempotencyKey!), id, cancellationToken);

    /// <summary>The task that the key of a submission stands for; null when it stands for none.</summary>
    public async Task<TaskId?> FindKeyAsync(string key, string scope, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_table, IdempotencyKeys.Partition(key), IdempotencyKeys.Row(scope, key), cancellationToken) is { Row: var row }
        && !(row.GetDateTimeOffset(ExpiresAt) <= _time.GetUtcNow())
            ? TaskId.Parse(row.RequireText(Id))
            : null;

    /// <summary>The task that has a name; null when none has.</summary>
    public async Task<TaskId?> FindNameAsync(string name, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_table, IdempotencyKeys.Partition(name), IdempotencyKeys.NameRow(name), cancellationToken) is { } found
            ? TaskId.Parse(found.Row.RequireText(Id))
            : null;

    private static TableEntity NameRow(string name, TaskId id) =>
        new(IdempotencyKeys.Partition(name), IdempotencyKeys.NameRow(name)) { ["Schema"] = 1, [Id] = id.ToString() };

    private async Task<bool> WriteAsync(RowOperation operation, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(new RowGroup(_table, operation.Row.PartitionKey, [operation], 0), cancellationToken) is RowGroupOutcome.Written;

    /// <summary>Forgets the key and the name of a task that is deleted; leaves those that stand for another by now.</summary>
    public async Task ReleaseAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        if (task.IdempotencyKey is { } key)
            await ReleaseAsync(IdempotencyKeys.Partition(key), IdempotencyKeys.Row(task.IdempotencyScope, key), task.Id, cancellationToken);
        if (task.Name is { } name)
            await ReleaseAsync(IdempotencyKeys.Partition(name), IdempotencyKeys.NameRow(name), task.Id, cancellationToken);
    }

    /// <summary>Deletes the row as it was read: it may have run out, and been taken over, since.</summary>
    private async Task ReleaseAsync(string partition, string rowKey, TaskId id, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            var holder = await _reader.GetAsync(_table, partition, rowKey, cancellationToken);
            if (holder is null || !string.Equals(holder.Row.RequireText(Id), id.ToString(), StringComparison.Ordinal))
                return;
            if (await WriteAsync(RowOperation.Delete(partition, rowKey, holder.Row.ETag.ToString()), cancellationToken))
                return;
        }

        throw new TaskContendedException(id, Tries);
    }
}
