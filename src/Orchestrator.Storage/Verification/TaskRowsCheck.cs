using System.Globalization;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>Holds the rows of one task against each other, as they were at one time. Asks storage nothing.</summary>
internal sealed class TaskRowsCheck
{
    /// <summary>A payload is written before the transaction that names it; what was begun so long ago is not going on any more.</summary>
    public static readonly TimeSpan PayloadGrace = TimeSpan.FromHours(1);

    /// <summary>Changed without any other trace, so the index by state may be behind.</summary>
    private static readonly string[] NotCompared = [TaskColumns.Schema, TaskColumns.UpdatedAt];

    private static readonly Dictionary<TaskEventType, TaskState> Ends = new()
    {
        [TaskEventType.Succeeded] = TaskState.Succeeded,
        [TaskEventType.Failed] = TaskState.Failed,
        [TaskEventType.Cancelled] = TaskState.Cancelled,
        [TaskEventType.Expired] = TaskState.Expired,
    };

    private readonly RowRepairs _repairs;
    private readonly DayTables _tables;
    private readonly ITaskStore _store;
    private readonly TimeProvider _time;

    public TaskRowsCheck(RowRepairs repairs, DayTables tables, ITaskStore store, TimeProvider time)
    {
        _repairs = repairs;
        _tables = tables;
        _store = store;
        _time = time;
    }

    /// <summary>All that looks wrong.</summary>
    public IReadOnlyList<Suspicion> Find(TaskRows rows)
    {
        if (rows.IsNewer)
            return [];
        if (rows.Row is null)
            return [.. FindOrphans(rows)];

        TaskRecord task;
        try
        {
            task = TaskRow.Read(rows.Row);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or ArgumentException or System.Text.Json.JsonException)
        {
            return [Suspect(rows, FindingCodes.TaskUnreadable, rows.Row.RowKey, $"The task row cannot be read: {exception.Message}")];
        }

        return [.. FindContradictions(rows, task), .. FindInEvents(rows, task), .. FindInStates(rows, task), .. FindInIndexes(rows, task), .. FindInPayloads(rows, rows.Row), .. FindInEdges(rows, task)];
    }

    private IEnumerable<Suspicion> FindOrphans(TaskRows rows)
    {
        IEnumerable<RowMark> indexes = [.. rows.Indexes, .. rows.States.Select(RowMark.Of)];
        return new[]
        {
            Orphans(rows, FindingCodes.EventOrphan, "events", rows.EventRows),
            Orphans(rows, FindingCodes.IndexOrphan, "index rows", indexes),
            Orphans(rows, FindingCodes.PayloadOrphan, "parts of payloads", rows.Chunks.Where(IsOld)),
            Orphans(rows, FindingCodes.LogOrphan, "rows of logs", rows.Logs),
            Orphans(rows, FindingCodes.ReportOrphan, "reports", rows.Reports),
            Orphans(rows, FindingCodes.EdgeOrphan, "edges", rows.Edges),
        }.OfType<Suspicion>();
    }

    private Suspicion? Orphans(TaskRows rows, string code, string what, IEnumerable<RowMark> found)
    {
        RowMark[] orphans = [.. found];
        return orphans.Length == 0 ? null : SuspectRows(rows, code, orphans, $"{orphans.Length} {what} of a task that is not there.");
    }

    private IEnumerable<Suspicion> FindContradictions(TaskRows rows, TaskRecord task)
    {
        var faults = new List<string>();
        if (task.Id != rows.Id)
            faults.Add($"its id is {task.Id}");
        if (task.State == TaskState.Running != task.Lease is not null)
            faults.Add(task.Lease is null ? "it is Running and nobody has it" : $"it is {task.State} and {task.Lease.Holder} has it");
        if (task.State.IsTerminal() != task.FinishedAt is not null)
            faults.Add(task.FinishedAt is null ? $"it is {task.State} and has no end" : $"it is {task.State} and ended at {task.FinishedAt.Value.UtcDateTime:O}");
        if (task.State == TaskState.Blocked && task.WaitingFor.Count == 0)
            faults.Add("it is Blocked and waits for no task");
        if (task.WaitingFor.Count > 0 && task.State is not (TaskState.Blocked or TaskState.Paused))
            faults.Add($"it is {task.State} and waits for {task.WaitingFor.Count} tasks");
        if (task.State == TaskState.Scheduled && task.DueAt is null)
            faults.Add("it is Scheduled for no time");
        if (faults.Count > 0)
            yield return Suspect(rows, FindingCodes.TaskInconsistent, rows.Row!.RowKey, $"The task contradicts itself: {string.Join("; ", faults)}.");
    }

    private IEnumerable<Suspicion> FindInEvents(TaskRows rows, TaskRecord task)
    {
        if (!rows.Events.Select(entry => entry.Number ?? 0).SequenceEqual(Enumerable.Range(1, task.LastEvent)))
        {
            var numbers = string.Join(' ', rows.Events.Select(entry => entry.Number?.ToString(CultureInfo.InvariantCulture) ?? "?"));
            yield return Suspect(rows, FindingCodes.EventsGap, TaskKeys.Event(rows.Id, 1), $"The events should be numbered 1 to {task.LastEvent}; there are: {numbers}.");
        }

        var types = rows.Events.Select(entry => Enum.TryParse<TaskEventType>(entry.Type, out var type) ? type : (TaskEventType?)null).ToList();
        if (types.Contains(null))
            yield return Suspect(rows, FindingCodes.TaskUnreadable, TaskKeys.Event(rows.Id, 1), $"There are events of unknown types: {string.Join(' ', rows.Events.Select(entry => entry.Type))}.");

        TaskState[] ends = [.. types.OfType<TaskEventType>().Where(Ends.ContainsKey).Select(type => Ends[type])];
        TaskState[] expected = task.State.IsTerminal() ? [task.State] : [];
        if (!ends.SequenceEqual(expected))
        {
            var message = $"The task is {task.State}; the ends among its events are: {(ends.Length == 0 ? "none" : string.Join(' ', ends))}.";
            yield return Suspect(rows, FindingCodes.EventsContradictState, TaskKeys.Event(rows.Id, task.LastEvent), message);
        }
    }

    private IEnumerable<Suspicion> FindInStates(TaskRows rows, TaskRecord task)
    {
        var key = TaskKeys.State(task.State, task.Id);
        var expected = TaskRow.StateIndex(task);
        foreach (var extra in rows.States.Where(state => state.RowKey != key))
            yield return SuspectRows(rows, FindingCodes.StateIndexExtra, [RowMark.Of(extra)], $"The task is {task.State}, and also stands in the index under '{extra.RowKey.Split('!')[1]}'.");

        if (rows.States.FirstOrDefault(state => state.RowKey == key) is not { } found)
        {
            yield return Suspect(
                rows, FindingCodes.StateIndexMissing, key, $"The task is {task.State} and does not stand in the index by state.",
                token => _repairs.InsertIndexAsync(task.Id, expected, task.State, token));
        }
        else if (DifferingColumns(found, expected) is { Count: > 0 } columns)
        {
            yield return Suspect(
                rows, FindingCodes.StateIndexStale, key, $"The index by state shows the task otherwise than it is: {string.Join(", ", columns)}.",
                token => _repairs.MergeAsync(_tables.NameOf(task.Id), Mended(found, expected, columns), found.ETag.ToString(), token));
        }
    }

    /// <summary>Columns that say something else in the index. A column that an older release did not write there says nothing.</summary>
    private static List<string> DifferingColumns(TableEntity found, TableEntity expected)
    {
        TableEntity shown;
        try
        {
            shown = TaskRow.StateIndex(TaskRow.Read(found));
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or ArgumentException or System.Text.Json.JsonException)
        {
            return [.. TaskColumns.Listed.Where(expected.ContainsKey)];
        }

        var isOlder = found.GetInt32(TaskColumns.Schema) < TaskRow.SchemaVersion;
        return
        [
            .. TaskColumns.Listed.Except(NotCompared)
                .Where(column => !Equals(Value(shown, column), Value(expected, column)))
                .Where(column => !isOlder || found.ContainsKey(column)),
        ];
    }

    private static object? Value(TableEntity row, string column) => row.TryGetValue(column, out var value) ? value : null;

    /// <summary>A merge cannot take a column away, so one that is not to be there is written as nothing.</summary>
    private static TableEntity Mended(TableEntity found, TableEntity expected, IEnumerable<string> columns)
    {
        var row = new TableEntity(found.PartitionKey, found.RowKey);
        foreach (var column in columns)
            row[column] = expected.TryGetValue(column, out var value) ? value : TaskRow.Nothing(column);
        return row;
    }

    private IEnumerable<Suspicion> FindInIndexes(TaskRows rows, TaskRecord task)
    {
        var expected = TaskChangeRows.WrittenOnce(task).ToHashSet(StringComparer.Ordinal);

        // Release 1 wrote no index by agent. Who had earlier attempts only the events say, so other agents' rows are not held against the task.
        if (task.Agent is { Length: > 0 } agent && rows.Row!.GetInt32(TaskColumns.Schema) >= TaskRow.SchemaVersion)
            expected.Add(TaskKeys.Agent(agent, task.Id));
        foreach (var missing in expected.Except(rows.Indexes.Select(row => row.RowKey)))
        {
            yield return Suspect(
                rows, FindingCodes.IndexMissing, missing, $"The task has no row in the index '{missing[..missing.LastIndexOf('!')]}'.",
                token => _repairs.InsertIndexAsync(task.Id, TaskChangeRows.Index(TaskKeys.Partition(task.Id.Shard), missing), state: null, token));
        }

        foreach (var extra in rows.Indexes.Where(row => row.RowKey[0] != 'a' && !expected.Contains(row.RowKey)))
            yield return SuspectRows(rows, FindingCodes.IndexOrphan, [extra], $"The task stands in the index '{extra.RowKey[..extra.RowKey.LastIndexOf('!')]}' and does not belong there.");
    }

    private IEnumerable<Suspicion> FindInPayloads(TaskRows rows, TableEntity row)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (payload, chunks, hash) in new[] { (PayloadChunks.Input, TaskColumns.InputChunks, TaskColumns.InputHash), (PayloadChunks.Output, TaskColumns.OutputChunks, TaskColumns.OutputHash) })
        {
            var count = row.GetInt32(chunks) ?? 0;
            string[] keys = [.. Enumerable.Range(0, count).Select(number => TaskKeys.Chunk(rows.Id, payload, row.GetString(hash), number))];
            named.UnionWith(keys);
            var missing = keys.Except(rows.Chunks.Select(chunk => chunk.RowKey)).ToList();
            if (missing.Count > 0)
                yield return Suspect(rows, FindingCodes.PayloadMissing, missing[0], $"{missing.Count} of {count} parts of the {(payload == PayloadChunks.Input ? "input" : "output")} are missing.");
        }

        RowMark[] orphans = [.. rows.Chunks.Where(chunk => !named.Contains(chunk.RowKey) && IsOld(chunk))];
        if (orphans.Length > 0)
            yield return SuspectRows(rows, FindingCodes.PayloadOrphan, orphans, $"{orphans.Length} parts of payloads that the task does not name.");
    }

    private IEnumerable<Suspicion> FindInEdges(TaskRows rows, TaskRecord task)
    {
        if (rows.Edges.Count > 0 && !task.HasDependents)
        {
            yield return Suspect(
                rows, FindingCodes.EdgeUnmarked, rows.Edges[0].RowKey, $"{rows.Edges.Count} tasks wait for the task, and it does not say so.",
                token => MarkDependentsAsync(task.Id, token));
        }
    }

    private async Task<bool> MarkDependentsAsync(TaskId task, CancellationToken cancellationToken) =>
        await _store.GetAsync(task, cancellationToken) is { Record: { HasDependents: false } record } current
        && await _store.ApplyAsync(current, new TaskChange(record, record with { HasDependents = true }, []), cancellationToken) is ApplyOutcome.Applied;

    private bool IsOld(RowMark row) => row.WrittenAt < _time.GetUtcNow() - PayloadGrace;

    private Suspicion SuspectRows(TaskRows rows, string code, RowMark[] found, string message) => Suspect(
        rows, code, found[0].RowKey, message, token => _repairs.DeleteAsync(_tables.NameOf(rows.Id), TaskKeys.Partition(rows.Id.Shard), found, token));

    private Suspicion Suspect(TaskRows rows, string code, string rowKey, string message, Func<CancellationToken, Task<bool>>? repair = null) =>
        new(new StorageFinding(code, message) { Table = _tables.NameOf(rows.Id), Partition = TaskKeys.Partition(rows.Id.Shard), RowKey = rowKey, TaskId = rows.Id.ToString() }, repair);
}
