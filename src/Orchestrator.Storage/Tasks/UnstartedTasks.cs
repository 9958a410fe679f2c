using System.Collections.Concurrent;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>The rows of tasks whose orchestration may not have been started; a sweep reads nothing else.</summary>
internal sealed class UnstartedTasks
{
    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    /// <summary>Days that were over and had no such row when last looked at. They cannot get one: an id is of the day it is made on.</summary>
    private readonly ConcurrentDictionary<DateOnly, bool> _clean = new();

    private readonly DayDirectory _directory;
    private readonly DayTables _days;
    private readonly TableReader _reader;
    private readonly BatchingWriter _writer;
    private readonly TimeProvider _time;

    public UnstartedTasks(DayDirectory directory, DayTables days, TableReader reader, BatchingWriter writer, TimeProvider time)
    {
        _directory = directory;
        _days = days;
        _reader = reader;
        _writer = writer;
        _time = time;
    }

    public async Task<IReadOnlyList<TaskId>> ListAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var days = new List<DayShards>();
        await foreach (var day in _directory.NewestFirstAsync(newest: null, cancellationToken))
        {
            if (!_clean.ContainsKey(day.Day))
                days.Add(day);
        }

        // A day over, also on clocks that are late by up to a day, and with time for those who finish an old key's task.
        var isOver = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).AddDays(-2);
        var found = new List<TaskId>();
        foreach (var day in Enumerable.Reverse(days))
        {
            var count = found.Count;
            foreach (var shard in day.Shards)
                await AddAsync(found, day.Day, shard, TaskKeys.FirstOf(before), limit, cancellationToken);
            if (found.Count == count && day.Day < isOver)
                _clean[day.Day] = true;
            if (found.Count >= limit)
                break;
        }

        return found;
    }

    public async Task RemoveAsync(TaskId id, CancellationToken cancellationToken)
    {
        var partition = TaskKeys.Partition(id.Shard);
        var task = new TableEntity(partition, TaskKeys.Unstarted(id));
        await _writer.WriteAsync(new RowGroup(_days.NameOf(id.Day), partition, [new RowOperation(RowOperationKind.DeleteIfExists, task)], 0), cancellationToken);
    }

    private async Task AddAsync(List<TaskId> found, DateOnly day, int shard, TaskId before, int limit, CancellationToken cancellationToken)
    {
        if (found.Count >= limit)
            return;

        var rows = _reader.QueryAsync(
            _days.NameOf(day),
            TaskKeys.Partition(shard),
            "u!",
            TaskKeys.Unstarted(before),
            pageSize: limit - found.Count,
            columns: KeysOnly,
            cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            found.Add(TaskKeys.IdAtEnd(row.RowKey));
            if (found.Count >= limit)
                return;
        }
    }
}
