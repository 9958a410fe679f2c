using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>
/// Turns a decided change into the rows of its one transaction. A plain task takes 13 row writes over its life: 4 when
/// submitted (task, event, indexes by state and type), 5 when claimed (task, event, state index moved, index by agent) and 4
/// at its end (task, event, state index moved); an idempotency key takes one more.
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
        operations.AddRange(WrittenOnce(task).Select(key => RowOperation.Insert(Index(partition, key))));
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
        if (HasUnstartedRow(before) && !after.Unstarted)
            operations.Add(RowOperation.DeleteIfExists(partition, TaskKeys.Unstarted(after.Id)));
        if (!HasUnstartedRow(before) && HasUnstartedRow(after))
            operations.Add(RowOperation.Upsert(Index(partition, TaskKeys.Unstarted(after.Id))));
        if (change.Log is { } log)
            operations.Add(RowOperation.Insert(AttemptLogRow.Create(after.Id, log)));

        // It may have had an attempt before, with another's in between.
        if (after.Agent is { } agent && !string.Equals(before.Agent, agent, StringComparison.Ordinal))
            operations.Add(RowOperation.Upsert(Index(partition, TaskKeys.Agent(agent, after.Id))));
        return Group(table, partition, operations, events.Count);
    }

    /// <summary>Keys of the index rows that a task has from its submission on.</summary>
    public static IEnumerable<string> WrittenOnce(TaskRecord task)
    {
        yield return TaskKeys.Type(task.Type, task.Id);
        foreach (var tag in task.Tags)
            yield return TaskKeys.Tag(tag, task.Id);
        if (task.Parent is { } parent)
            yield return TaskKeys.Parent(parent, task.Id);
        if (task.Correlation is { } correlation)
            yield return TaskKeys.Correlation(correlation, task.Id);
        if (HasUnstartedRow(task))
            yield return TaskKeys.Unstarted(task.Id);
    }

    /// <summary>In segments the state index says which tasks are not started.</summary>
    private static bool HasUnstartedRow(TaskRecord task) => task.Unstarted && TaskShards.IsFixed(task.Id.Shard);

    private static void MoveStateIndex(List<RowOperation> operations, string partition, TaskRecord before, TaskRecord after)
    {
        if (before.State != after.State)
        {
            operations.Add(RowOperation.Delete(partition, TaskKeys.State(before.State, before.Id)));
            operations.Add(RowOperation.Insert(TaskRow.StateIndex(after)));
        }
        else if (before.LastEvent != after.LastEvent || before.Unstarted != after.Unstarted)
        {
            // Same place; the task row's version already guards it.
            operations.Add(RowOperation.Merge(TaskRow.StateIndex(after), "*"));
        }
    }

    private static void AddEvents(List<RowOperation> operations, TaskId id, IReadOnlyList<TaskEvent> events) =>
        operations.AddRange(events.Select(taskEvent => RowOperation.Insert(EventRow.Create(id, taskEvent))));

    /// <summary>An event row is never written again, so its write id is proof for ever; without events the task row has to do.</summary>
    private static RowGroup Group(string table, string partition, List<RowOperation> operations, int events) =>
        new(table, partition, operations, events > 0 ? TaskIndex + 1 : TaskIndex);

    /// <summary>An index row that says nothing but its key.</summary>
    public static TableEntity Index(string partition, string rowKey) => new(partition, rowKey) { [TaskColumns.Schema] = TaskRow.SchemaVersion };
}
