using Azure.Data.Tables;
using Orchestrator.History;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tasks;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Retention;

/// <summary>
/// What there is of tasks outside their own partitions: keys and names, edges with those that they depended on, wakes, rows in the queues of limiters, the dead
/// letter of a callback that was given up.
/// Removed before the tasks' own rows, which lead to it.
/// </summary>
internal sealed class TaskTraces
{
    private const int AtOnce = 8;
    private const int PlainEvents = 3;

    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly IdempotencyTable _keys;
    private readonly IDeadLetterStore _letters;
    private readonly CoalescedCall<TaskId> _wakes;
    private readonly CoalescedCall<(string Type, TaskId Id)> _queues;

    public TaskTraces(BatchingWriter writer, TableReader reader, DayTables tables, IdempotencyTable keys, IDeadLetterStore letters, TableClients clients)
    {
        _writer = writer;
        _reader = reader;
        _tables = tables;
        _keys = keys;
        _letters = letters;
        var (wakes, queues) = (clients.NameOf(WakeKeys.Table), clients.NameOf(SlotQueueKeys.Table));
        _wakes = new CoalescedCall<TaskId>(tasks => RemoveRowsAsync(wakes, "PartitionKey ge '0'", [.. tasks]));
        _queues = new CoalescedCall<(string Type, TaskId Id)>(tasks => RemoveWaitersAsync(queues, tasks));
    }

    /// <summary>Removes them of tasks that are over; for many at once, in one call or in several, the small tables are read once or twice.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<TaskRecord> tasks, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(tasks, parallel, async (task, token) =>
        {
            await _keys.ReleaseAsync(task, token);
            await RemoveEdgesAsync(task, token);
            if (task is { Callback: not null, FinishedAt: { } finishedAt })
                await _letters.DeleteAsync(DeadLetter.CallbackSource, task.Id.ToString(), finishedAt, token);
        });

        var woken = tasks.Where(MayHaveWakes).Select(task => task.Id).ToList();
        if (woken.Count > 0)
            await _wakes.InvokeAsync(woken, cancellationToken);

        var waiters = tasks.Where(task => task.State != TaskState.Succeeded || task.Slots.Count > 0).Select(task => (task.Type, task.Id)).ToList();
        if (waiters.Count > 0)
            await _queues.InvokeAsync(waiters, cancellationToken);
    }

    private async Task RemoveWaitersAsync(string table, IReadOnlyCollection<(string Type, TaskId Id)> tasks)
    {
        foreach (var type in tasks.GroupBy(task => task.Type, task => task.Id, StringComparer.Ordinal))
        {
            // The type's own limiter, and those for values of its key, whose names have a hash in hexadecimal after the type's and a colon.
            var byKey = SlotQueueKeys.Partition(type.Key + ":");
            var waiting = type.ToHashSet();
            await RemoveRowsAsync(table, TableClient.CreateQueryFilter($"PartitionKey eq {SlotQueueKeys.Partition(type.Key)}"), waiting);
            await RemoveRowsAsync(table, TableClient.CreateQueryFilter($"PartitionKey ge {byKey} and PartitionKey lt {byKey + 'g'}"), waiting);
        }
    }

    /// <summary>A wake is written for a task that waits, or that somebody else changes; not for one that is done at once and that nobody waits for.</summary>
    private static bool MayHaveWakes(TaskRecord task) =>
        task.LastEvent > PlainEvents || task.Attempt != 1 || task.HasDependents || task.Callback is not null || task.DependsOn is not null || task.State is not (TaskState.Succeeded or TaskState.Failed);

    /// <summary>Those of whose end the task was to be told may still be there, with a row that names it.</summary>
    private async Task RemoveEdgesAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        foreach (var predecessor in task.DependsOn?.Tasks ?? [])
        {
            // Looked at first: a write would create a table that is gone.
            var (table, partition, edge) = (_tables.NameOf(predecessor), TaskKeys.Partition(predecessor.Shard), TaskKeys.Edge(predecessor, task.Id));
            if (await _reader.GetAsync(table, partition, edge, cancellationToken, KeysOnly) is not null)
                await _writer.WriteAsync(new RowGroup(table, partition, [RowOperation.DeleteIfExists(partition, edge)], 0), cancellationToken);
        }
    }

    /// <summary>Removes the rows whose keys end with the id of one of the tasks.</summary>
    private async Task RemoveRowsAsync(string table, string filter, HashSet<TaskId> tasks)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _reader.QueryAsync(table, filter, KeysOnly, CancellationToken.None))
        {
            if (tasks.Contains(TaskKeys.IdAtEnd(row.RowKey)))
                rows.Add(row);
        }

        foreach (var partition in rows.GroupBy(row => row.PartitionKey, StringComparer.Ordinal))
        {
            foreach (var part in partition.Chunk(RowLimits.TransactionOperations))
                await _writer.WriteAsync(new RowGroup(table, partition.Key, [.. part.Select(row => RowOperation.DeleteIfExists(partition.Key, row.RowKey))], 0), CancellationToken.None);
        }
    }
}
