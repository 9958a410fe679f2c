using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Rows;

/// <summary>Rows that this release cannot read, as a newer one or something else has written them: logged and passed over, so that one holds up no others.</summary>
internal static partial class UnreadableRows
{
    /// <summary>Reads a row; false, and logged, when that cannot be done.</summary>
    public static bool TryRead<T>(this ILogger logger, string table, TableEntity row, Func<TableEntity, T> read, [NotNullWhen(true)] out T? value)
        where T : class
    {
        try
        {
            value = read(row);
            return true;
        }
        catch (Exception exception) when (IsMeant(exception))
        {
            logger.PassedOver(exception, row.RowKey, table, row.PartitionKey);
            value = null;
            return false;
        }
    }

    /// <summary>Whether an exception says that a row cannot be read: a column is missing, or of another type, or has a value that is not known, or the key is none of ours.</summary>
    public static bool IsMeant(Exception exception) =>
        exception is InvalidDataException or FormatException or ArgumentException or IndexOutOfRangeException or OverflowException or InvalidOperationException or InvalidCastException or JsonException;

    [LoggerMessage(2060, LogLevel.Warning, "Row {RowKey} of {Table}/{Partition} cannot be read, and is passed over; a newer release may have written it.")]
    public static partial void PassedOver(this ILogger logger, Exception exception, string rowKey, string table, string partition);
}
