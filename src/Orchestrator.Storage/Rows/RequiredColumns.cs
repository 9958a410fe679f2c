using Azure.Data.Tables;

namespace Orchestrator.Storage.Rows;

/// <summary>Columns that every release has written; a row without one was not written by us.</summary>
internal static class RequiredColumns
{
    /// <exception cref="InvalidDataException">The row has no such text.</exception>
    public static string RequireText(this TableEntity row, string column) => row.GetString(column) ?? throw Missing(row, column);

    /// <exception cref="InvalidDataException">The row has no such number.</exception>
    public static int RequireNumber(this TableEntity row, string column) => row.GetInt32(column) ?? throw Missing(row, column);

    /// <exception cref="InvalidDataException">The row has no such time.</exception>
    public static DateTimeOffset RequireTime(this TableEntity row, string column) => row.GetDateTimeOffset(column) ?? throw Missing(row, column);

    private static InvalidDataException Missing(TableEntity row, string column) =>
        new($"Row {row.RowKey} of partition {row.PartitionKey} has no column {column}; it was changed by something other than the orchestrator.");
}
