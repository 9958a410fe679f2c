using Azure.Data.Tables;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Listing;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>Tasks in Table Storage; <see cref="TaskKeys"/> shows the rows.</summary>
internal sealed class TableTaskStore : ITaskStore
{
    /// <summary>How long a name is kept for a task that is not there yet.</summary>
    private static readonly TimeSpan NameGrace = TimeSpan.FromMinutes(1);

    private const int CreateTries = 5;

    private readonly RecentTasks _recent = new();
    private readonly TaskIdSource _ids;
    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly SegmentRegister _segments;
    private readonly IdempotencyTable _keys;
    private readonly TaskLister _lister;
    private readonly UnstartedTasks _unstarted;
    private readonly TaskDeleter _deleter;
    private readonly TaskCounter _counter;
    private readonly TimeProvider _time;

    public TableTaskStore(
        TaskIdSource ids,
        BatchingWriter writer,
        TableReader reader,
        DayTables tables,
        SegmentRegister segments,
        IdempotencyTable keys,
        TaskLister lister,
        UnstartedTasks unstarted,
        TaskDeleter deleter,
        TaskCounter counter,
        TimeProvider time)
    {
        _ids = ids;
        _writer = writer;
        _reader = reader;
        _tables = tables;
        _segments = segments;
        _keys = keys;
        _lister = lister;
        _unstarted = unstarted;
        _deleter = deleter;
        _counter = counter;
        _time = time;
    }

    public async Task<SubmitOutcome> SubmitAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        var (id, segment) = _ids.Next();

        // Before the key, too: whoever finishes what we leave undone cannot make it known.
        await _segments.EnsureAsync(segment);
        DateTimeOffset? now = null;
        KeyHolder? holder = null;
        var isOld = false;
        if (submission.IdempotencyKey is { } key)
        {
            holder = await _keys.TakeAsync(submission, key, id, cancellationToken);
            if (!submission.HasContent(holder.ContentHash))
                return new SubmitOutcome.KeyConflict(holder.Id);
            if (!holder.IsNew && await GetAsync(holder.Id, cancellationToken) is { } existing)
                return new SubmitOutcome.Existing(existing);

            // The key is taken, its task is not there: whoever took it is just about to write it, or died before. The
            // insert below lets exactly one of us write it. That may be long after the id was made.
            id = holder.Id;
            now = holder.IsNew ? null : _time.GetUtcNow();
            isOld = TaskShards.IsFixed(id.Shard) || id.Day < DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
            if (isOld)
                await _segments.EnsureOldAsync(id);
        }

        if (submission.Name is { } name && await TakeNameAsync(name, id, cancellationToken) is { } other)
        {
            // Refused, it leaves nothing behind.
            if (holder is { IsNew: true })
                await _keys.ReleaseKeyAsync(submission, id, cancellationToken);
            return new SubmitOutcome.NameTaken(other);
        }

        var outcome = await CreateAsync(TaskDecisions.Submit(id, submission, now), cancellationToken);
        if (isOld)
            await _segments.EnsureOldAsync(id);
        return outcome;
    }

    public async Task<TaskId?> FindKeyAsync(TaskSubmission submission, CancellationToken cancellationToken) =>
        submission.IdempotencyKey is { } key ? await _keys.FindKeyAsync(key, submission.IdempotencyScope, cancellationToken) : null;

    /// <summary>Takes a name for a task; the task that has it when that cannot be.</summary>
    private async Task<TaskId?> TakeNameAsync(string name, TaskId id, CancellationToken cancellationToken)
    {
        while (await _keys.TakeNameAsync(name, id, cancellationToken) is { } holder)
        {
            // A name without its task belongs to somebody who is just about to write it, or has died.
            if (await GetAsync(holder.Id, cancellationToken) is not null || _time.GetUtcNow() - holder.Id.CreatedAt < NameGrace)
                return holder.Id;
            if (await _keys.TryTakeNameOverAsync(name, holder, id, cancellationToken))
                return null;
        }

        return null;
    }

    public async Task<StoredTask?> GetAsync(TaskId id, CancellationToken cancellationToken)
    {
        var table = _tables.NameOf(id);
        if (await _reader.GetAsync(table, TaskKeys.Partition(id.Shard), TaskKeys.Task(id), cancellationToken) is not { } found)
            return null;

        var task = TaskRow.Read(found.Row);
        if (found.Row.GetInt32(TaskColumns.InputChunks) is > 0)
            task = task with { Input = await ReadChunksAsync(table, id, PayloadChunks.Input, found.Row.GetString(TaskColumns.InputHash), cancellationToken) };
        if (found.Row.GetInt32(TaskColumns.OutputChunks) is > 0)
            task = task with { Output = await ReadChunksAsync(table, id, PayloadChunks.Output, found.Row.GetString(TaskColumns.OutputHash), cancellationToken) };
        return new StoredTask(task, new TaskVersion(found.Row.ETag.ToString()), found.Age);
    }

    public Task<TaskId?> FindNameAsync(string name, CancellationToken cancellationToken) => _keys.FindNameAsync(name, cancellationToken);

    public async Task<StoredTask?> GetRecentAsync(TaskId id, CancellationToken cancellationToken) =>
        _recent.Find(id) ?? await GetAsync(id, cancellationToken);

    public async Task<IReadOnlyList<TaskEvent>> GetEventsAsync(TaskId id, int after, CancellationToken cancellationToken)
    {
        var prefix = TaskKeys.EventPrefix(id);
        var rows = _reader.QueryAsync(
            _tables.NameOf(id),
            TaskKeys.Partition(id.Shard),
            TaskKeys.Event(id, Math.Min(after, int.MaxValue - 1) + 1),
            TaskKeys.After(prefix),
            cancellationToken: cancellationToken);
        var events = new List<TaskEvent>();
        await foreach (var row in rows)
            events.Add(EventRow.Read(row));
        return events;
    }

    public Task<TaskListing> ListAsync(TaskQuery query, CancellationToken cancellationToken) => _lister.ListAsync(query, cancellationToken);

    public async Task<ApplyOutcome> ApplyAsync(StoredTask current, TaskChange change, CancellationToken cancellationToken)
    {
        var id = change.After.Id;
        if (current.Record.Output is null)
            await WriteChunksAsync(id, PayloadChunks.Output, change.After.Output, cancellationToken);
        var group = TaskChangeRows.Update(_tables.NameOf(id), change with { Before = current.Record }, current.Version.Value);
        return await WriteAsync(group, change.After, cancellationToken) is { } stored ? new ApplyOutcome.Applied(stored) : new ApplyOutcome.Conflict();
    }

    public Task<IReadOnlyList<TaskId>> ListUnstartedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        _unstarted.ListAsync(before, limit, cancellationToken);

    public async Task<DeleteOutcome> DeleteAsync(TaskId id, CancellationToken cancellationToken)
    {
        _recent.Forget(id);
        return await _deleter.DeleteAsync(id, cancellationToken);
    }

    public Task<TaskCounts> CountAsync(CancellationToken cancellationToken) => _counter.CountAsync(cancellationToken);

    /// <summary>Writes a new task whose segment is known.</summary>
    internal async Task<SubmitOutcome> CreateAsync(TaskChange change, CancellationToken cancellationToken)
    {
        var task = change.After;
        await WriteChunksAsync(task.Id, PayloadChunks.Input, task.Input, cancellationToken);
        for (var i = 0; i < CreateTries; i++)
        {
            if (await WriteAsync(TaskChangeRows.Create(_tables.NameOf(task.Id), task, change.Events), task, cancellationToken) is { } created)
                return new SubmitOutcome.Created(created);

            // Somebody with the same key was faster; without one it would take two equal ids of 72 random bits. Or the conflict was none.
            if (await GetAsync(task.Id, cancellationToken) is { } existing)
                return new SubmitOutcome.Existing(existing);
        }

        throw new TaskContendedException(task.Id, CreateTries);
    }

    /// <summary>Writes a group that leaves the task as <paramref name="after"/>; null after a conflict.</summary>
    private async Task<StoredTask?> WriteAsync(RowGroup group, TaskRecord after, CancellationToken cancellationToken)
    {
        if (await _writer.WriteAsync(group, cancellationToken) is not RowGroupOutcome.Written written)
        {
            _recent.Forget(after.Id);
            return null;
        }

        if (written.Versions is null)
        {
            // Written, but the answer with the versions was lost; the task may have moved on since.
            _recent.Forget(after.Id);
            return await GetAsync(after.Id, cancellationToken)
                ?? throw new InvalidOperationException($"Task {after.Id} was written and cannot be read.");
        }

        var stored = new StoredTask(after, new TaskVersion(written.Versions[TaskChangeRows.TaskIndex]), Age: null);
        _recent.Remember(stored);
        return stored;
    }

    /// <summary>Writes what of a payload does not stand in the task row; the row that names it is written after.</summary>
    private async Task WriteChunksAsync(TaskId id, char kind, string? payload, CancellationToken cancellationToken)
    {
        if (PayloadChunks.Of(payload) is not { } chunks)
            return;

        foreach (var group in chunks.Groups(_tables.NameOf(id), id, kind))
        {
            // An output belongs to a row that is there, or gone with its table: then the write of the row finds that.
            var isOutput = kind == PayloadChunks.Output;
            switch (await _writer.WriteAsync(group with { NeedsTable = isOutput }, cancellationToken))
            {
                case RowGroupOutcome.Conflict { Status: 404 } when isOutput:
                    return;
                case RowGroupOutcome.Conflict:
                    throw new TaskContendedException(id, tries: 1);
            }
        }
    }

    private async Task<string> ReadChunksAsync(string table, TaskId id, char kind, string? hash, CancellationToken cancellationToken)
    {
        var prefix = TaskKeys.ChunkPrefix(id, kind, hash);
        var rows = new List<TableEntity>();
        await foreach (var row in _reader.QueryAsync(table, TaskKeys.Partition(id.Shard), prefix, TaskKeys.After(prefix), cancellationToken: cancellationToken))
            rows.Add(row);
        return PayloadChunks.Join(rows);
    }
}
