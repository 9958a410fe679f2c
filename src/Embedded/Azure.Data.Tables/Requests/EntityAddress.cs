namespace Azure.Data.Tables.Requests;

/// <summary>The paths of a table's rows, escaped: a key may hold anything that <see cref="Limits.KeyRules"/> lets through.</summary>
internal sealed class EntityAddress(string table)
{
    /// <summary>Where rows are inserted.</summary>
    public string Table { get; } = "/" + Uri.EscapeDataString(table);

    /// <summary>Where rows are queried.</summary>
    public string Rows { get; } = $"/{Uri.EscapeDataString(table)}()";

    public string Of(string partitionKey, string rowKey) => $"{Table}(PartitionKey='{Escape(partitionKey)}',RowKey='{Escape(rowKey)}')";

    /// <summary>A quote within a key is doubled first, as in every OData literal.</summary>
    private static string Escape(string key) => Uri.EscapeDataString(key.Replace("'", "''"));
}
