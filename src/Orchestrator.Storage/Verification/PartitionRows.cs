using Azure.Data.Tables;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>The rows of a partition of a day table by task. Read page by page while the system goes on, so what is in it need not have been there at once.</summary>
internal sealed class PartitionRows
{
    private readonly Dictionary<TaskId, TaskRows> _tasks = [];
    private readonly SortedDictionary<char, (int Count, int Schema, string First)> _newer = [];
    private readonly List<string> _unknown = [];

    private PartitionRows(string table, string partition) => (Table, Partition) = (table, partition);

    /// <summary>Name of the table.</summary>
    public string Table { get; }

    /// <summary>The partition.</summary>
    public string Partition { get; }

    /// <summary>How many rows there are.</summary>
    public long Count { get; private set; }

    /// <summary>The tasks that have rows, with or without a task row.</summary>
    public IReadOnlyCollection<TaskRows> Tasks => _tasks.Values;

    public static async Task<PartitionRows> ReadAsync(TableReader reader, string table, string partition, CancellationToken cancellationToken)
    {
        var rows = new PartitionRows(table, partition);
        await foreach (var row in reader.QueryAsync(table, partition, "", "~", columns: TaskRows.Columns, cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>Rows that we do not understand.</summary>
    public IEnumerable<StorageFinding> FindForeign()
    {
        foreach (var (kind, newer) in _newer)
        {
            var message = $"{newer.Count} rows '{kind}!' have schema {newer.Schema}; this release knows {TaskRow.SchemaVersion}. Verify with the release that has written them.";
            yield return new StorageFinding(FindingCodes.SchemaNewer, message) { Table = Table, Partition = Partition, RowKey = newer.First };
        }

        if (_unknown.Count > 0)
            yield return new StorageFinding(FindingCodes.RowUnknown, $"{_unknown.Count} rows have keys that no release has written.") { Table = Table, Partition = Partition, RowKey = _unknown[0] };
    }

    private void Add(TableEntity row)
    {
        Count++;
        if (!TaskRowKey.TryParse(row.RowKey, out var key))
        {
            _unknown.Add(row.RowKey);
            return;
        }

        // Whose rows a newer release has written, of that one we do not know the rules; it is left out as a whole.
        if (row.GetInt32(TaskColumns.Schema) is { } schema and > TaskRow.SchemaVersion)
        {
            var first = _newer.TryGetValue(key.Kind, out var newer) ? newer.First : row.RowKey;
            _newer[key.Kind] = (newer.Count + 1, Math.Max(newer.Schema, schema), first);
            Of(key.Task).IsNewer = true;
            return;
        }

        Of(key.Task).Add(key.Kind, row);
    }

    private TaskRows Of(TaskId task)
    {
        if (!_tasks.TryGetValue(task, out var rows))
            _tasks.Add(task, rows = new TaskRows(task));
        return rows;
    }
}
