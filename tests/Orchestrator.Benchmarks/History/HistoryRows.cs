using Azure.Data.Tables;
using Orchestrator.Storage;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Benchmarks.History;

/// <summary>The rows that a history of finished tasks leaves, put into a table server without a request for each.</summary>
internal static class HistoryRows
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Loads tasks submitted every 10 ms; the clock stands after the last then.</summary>
    public static void Load(TableServer server, ManualTimeProvider time, int count)
    {
        var ids = new TaskIdSource(time, new SystemRandomSource(), lanes: 1, new StorageOptions().TasksPerSegment);
        var tasks = new List<(TaskId Id, int Index)>(count);
        var segments = new Dictionary<string, TaskSegment>(StringComparer.Ordinal);
        var closed = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var (id, segment) = ids.Next();
            tasks.Add((id, i));
            segments[segment.Lane] = segment;
            if (segment.Previous is { } previous)
                closed[previous.Lane] = segment.OpenedAt;
            time.Advance(_interval);
        }

        foreach (var (segment, closedAt) in ids.Close())
            closed[segment.Lane] = closedAt;
        server.Load(DayKeys.Table, segments.Values.Select(segment => SegmentRow.Create(segment, closed.TryGetValue(segment.Lane, out var end) ? end : null)));
        foreach (var table in tasks.GroupBy(task => TaskKeys.Table(task.Id)))
        {
            server.Load(table.Key, table.SelectMany(task => RowsOf(task.Id, task.Index))
                .OrderBy(row => row.PartitionKey, StringComparer.Ordinal).ThenBy(row => row.RowKey, StringComparer.Ordinal));
        }
    }

    private static IEnumerable<TableEntity> RowsOf(TaskId id, int index)
    {
        var submitted = TaskDecisions.Submit(id, HistoryStore.Submission(index));
        var claim = new AttemptClaim(1, "host", HistoryStore.AgentOf(index), TimeSpan.FromSeconds(30));
        var claimed = (ClaimDecision.Claimed)TaskDecisions.Claim(submitted.After, claim, TimeSpan.Zero, id.CreatedAt);
        var over = (CompletionDecision.Over)TaskDecisions.Complete(claimed.Change.After, claimed.Lease, HistoryStore.OutcomeOf(index), id.CreatedAt);
        var task = over.Change.After;
        var events = submitted.Events.Concat(claimed.Change.Events).Concat(over.Change.Events).ToList();
        return TaskChangeRows.Create("", task, events).Operations.Select(operation => operation.Row)
            .Append(new TableEntity(TaskKeys.Partition(id.Shard), TaskKeys.Agent(task.Agent!, id)) { [TaskColumns.Schema] = TaskRow.SchemaVersion });
    }
}
