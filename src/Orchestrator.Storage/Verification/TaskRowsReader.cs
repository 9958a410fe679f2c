using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Verification;

/// <summary>
/// Reads all rows of a task as they were at one time: what is written in one transaction with the task row is read between two readings of that row at the
/// same version.
/// </summary>
internal sealed class TaskRowsReader
{
    private const int Tries = 5;

    private readonly TableReader _reader;
    private readonly DayTables _tables;

    public TaskRowsReader(TableReader reader, DayTables tables) => (_reader, _tables) = (reader, tables);

    /// <summary>The rows; null when the task changes all the time.</summary>
    /// <param name="suspects">Keys of index rows that there may be without reason.</param>
    public async Task<TaskRows?> ReadAsync(TaskId id, IEnumerable<string> suspects, CancellationToken cancellationToken)
    {
        string[] keys = [.. suspects];
        for (var i = 0; i < Tries; i++)
        {
            var before = await ReadTaskAsync(id, cancellationToken);
            var rows = await ReadOnceAsync(id, before, keys, cancellationToken);
            var after = await ReadTaskAsync(id, cancellationToken);
            if (before?.ETag == after?.ETag)
                return rows;
        }

        return null;
    }

    private async Task<TaskRows> ReadOnceAsync(TaskId id, TableEntity? task, string[] suspects, CancellationToken cancellationToken)
    {
        var rows = new TaskRows(id);
        if (task is not null)
            Add(rows, task);
        foreach (var prefix in new[] { TaskKeys.EventPrefix(id), TaskKeys.ChunkPrefix(id), TaskKeys.LogPrefix(id), TaskKeys.EdgePrefix(id) })
        {
            await foreach (var row in _reader.QueryAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), prefix, TaskKeys.After(prefix), columns: TaskRows.Columns, cancellationToken: cancellationToken))
                Add(rows, row);
        }

        IEnumerable<string> keys = [.. Enum.GetValues<TaskState>().Select(state => TaskKeys.State(state, id)), .. ExpectedIndexes(task), TaskKeys.Report(id), .. suspects];
        foreach (var key in keys.Distinct(StringComparer.Ordinal))
        {
            if (await _reader.GetAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), key, cancellationToken, TaskRows.Columns) is { Row: var row })
                Add(rows, row);
        }

        return rows;
    }

    private static IEnumerable<string> ExpectedIndexes(TableEntity? row)
    {
        try
        {
            return row is null ? [] : TaskRow.Read(row) is { } task ? [.. TaskChangeRows.WrittenOnce(task), .. task.Agent is { } agent ? [TaskKeys.Agent(agent, task.Id)] : Array.Empty<string>()] : [];
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or ArgumentException or System.Text.Json.JsonException)
        {
            return [];
        }
    }

    private static void Add(TaskRows rows, TableEntity row)
    {
        rows.IsNewer |= row.GetInt32(TaskColumns.Schema) > TaskRow.SchemaVersion;
        rows.Add(row.RowKey[0], row);
    }

    private async Task<TableEntity?> ReadTaskAsync(TaskId id, CancellationToken cancellationToken) =>
        (await _reader.GetAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), TaskKeys.Task(id), cancellationToken, TaskRows.Columns))?.Row;
}
