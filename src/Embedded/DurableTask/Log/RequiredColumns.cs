using Azure.Data.Tables;

namespace Embedded.DurableTask.Log;

/// <summary>Columns without which a row of ours makes no sense.</summary>
internal static class RequiredColumns
{
    /// <exception cref="InvalidDataException">The row lacks the column.</exception>
    public static string RequireString(this TableEntity row, string column) => row.GetString(column) ?? throw Missing(row, column);

    /// <exception cref="InvalidDataException">The row lacks the column.</exception>
    public static long RequireInt64(this TableEntity row, string column) => row.GetInt64(column) ?? throw Missing(row, column);

    private static InvalidDataException Missing(TableEntity row, string column) =>
        new($"The row '{row.PartitionKey}'/'{row.RowKey}' lacks the column '{column}': it was not written by a task hub.");
}
