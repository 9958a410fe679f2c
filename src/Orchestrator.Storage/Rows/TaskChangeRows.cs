using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>
/// Turns a decided change into the rows of its one transaction. A plain task takes 14 row writes over its life: 5 when
/// submitted (task, event, indexes by state and type, unstarted), 5 when claimed (task, event, state index moved,
/// unstarted) and 4 at its end; an idempotency key takes one more.
/// </summary>
internal static class TaskChangeRows
{
    /// <summary>Index of the task row in every group.</summary>
    public const int TaskIndex = 0;

    /// <summary>Rows of a new task.</summary>
    public static RowGroup Create(string table, TaskRecord task, IReadOnlyList<TaskEvent> events)
    {
        var partition = TaskKeys.Partition(task.Id.Shard);
        var operations = new List<RowOperation> { RowOperation.Insert(TaskRow.Create(task)) };
        AddEvents(operations, task.Id, events);
        operations.Add(RowOperation.Insert(TaskRow.StateIndex(task)));
        operations.Add(RowOperation.Insert(Index(partition, TaskKeys.Type(task.Type, task.Id))));
        operations.AddRange(task.Tags.Select(tag => RowOperation.Insert(Index(partition, TaskKeys.Tag(tag, task.Id)))));
        if (task.Unstarted)
            operations.Add(RowOperation.Insert(Index(partition, TaskKeys.Unstarted(task.Id))));
        AddChunks(operations, task.Id, PayloadChunks.Input, task.Input);
        return Group(table, partition, operations, events.Count);
    }

    /// <summary>Rows of a change of a stored task.</summary>
    /// <param name="version">ETag of the task row it was decided on.</param>
    public static RowGroup Update(string table, TaskChange change, string version)
    {
        var (before, after, events) = (change.Before!, change.After, change.Events);
        var partition = TaskKeys.Partition(after.Id.Shard);
        var operations = new List<RowOperation> { RowOperation.Merge(TaskRow.Merge(before, after), version) };
        AddEvents(operations, after.Id, events);
        MoveStateIndex(operations, partition, before, after);
        if (before.Unstarted && !after.Unstarted)
            operations.Add(RowOperation.DeleteIfExists(partition, TaskKeys.Unstarted(after.Id)));
        if (!before.Unstarted && after.Unstarted)
            operations.Add(RowOperation.Insert(Index(partition, TaskKeys.Unstarted(after.Id))));
        if (change.Log is { } log)
            operations.Add(RowOperation.Insert(AttemptLogRow.Create(after.Id, log)));
        if (before.Output is null)
            AddChunks(operations, after.Id, PayloadChunks.Output, after.Output);
        return Group(table, partition, operations, events.Count);
    }

    private static void MoveStateIndex(List<RowOperation> operations, string partition, TaskRecord before, TaskRecord after)
    {
        if (before.State != after.State)
        {
            operations.Add(RowOperation.Delete(partition, TaskKeys.State(before.State, before.Id)));
            operations.Add(RowOperation.Insert(TaskRow.StateIndex(after)));
        }
        else if (before.LastEvent != after.LastEvent)
        {
            // Same place; the task row's version already guards it.
            operations.Add(RowOperation.Merge(TaskRow.StateIndex(after), "*"));
        }
    }

    private static void AddEvents(List<RowOperation> operations, TaskId id, IReadOnlyList<TaskEvent> events) =>
        operations.AddRange(events.Select(taskEvent => RowOperation.Insert(EventRow.Create(id, taskEvent))));

    private static void AddChunks(List<RowOperation> operations, TaskId id, char kind, string? payload) =>
        operations.AddRange(PayloadChunks.Rows(id, kind, payload).Select(RowOperation.Insert));

    /// <summary>An event row is never written again, so its write id is proof for ever; without events the task row has to do.</summary>
    private static RowGroup Group(string table, string partition, List<RowOperation> operations, int events) =>
        new(table, partition, operations, events > 0 ? TaskIndex + 1 : TaskIndex);

    private static TableEntity Index(string partition, string rowKey) => new(partition, rowKey) { [TaskColumns.Schema] = TaskRow.SchemaVersion };
}
