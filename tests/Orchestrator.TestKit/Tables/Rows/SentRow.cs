namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>A row as a client sends it: its keys, where they are in it, and its own columns, each once.</summary>
internal sealed record SentRow(string? PartitionKey, string? RowKey, IReadOnlyCollection<Column> Columns)
{
    public const string PartitionKeyName = "PartitionKey";
    public const string RowKeyName = "RowKey";
    public const string TimestampName = "Timestamp";

    /// <exception cref="TableRefusal">A key is no text.</exception>
    public static SentRow Of(IEnumerable<Column> columns)
    {
        string? partitionKey = null;
        string? rowKey = null;
        var own = new Dictionary<string, Column>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            switch (column.Name)
            {
                case PartitionKeyName: partitionKey = Key(column); break;
                case RowKeyName: rowKey = Key(column); break;
                // The service sets it itself.
                case TimestampName: break;
                default: own[column.Name] = column; break;
            }
        }

        return new SentRow(partitionKey, rowKey, own.Values);
    }

    private static string Key(Column column) =>
        column.Value as string ?? throw TableRefusal.BadRequest("PrimaryKeyPropertyIsInvalidType", $"The property '{column.Name}' must be a string.");
}
