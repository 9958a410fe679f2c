using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Batching;

internal static partial class BatchingWriterLog
{
    [LoggerMessage(2000, LogLevel.Warning, "Writing {Rows} rows to {Table}/{Partition} had no clear answer (try {Try}); reading back what became of them.")]
    public static partial void Unclear(this ILogger logger, Exception reason, int rows, string table, string partition, int @try);

    [LoggerMessage(2001, LogLevel.Information, "Row {RowKey} in {Table}/{Partition} turned out to be written.")]
    public static partial void FoundWritten(this ILogger logger, string rowKey, string table, string partition);

    [LoggerMessage(2002, LogLevel.Error, "Writing {Rows} rows to {Table}/{Partition} was given up after {Tries} tries.")]
    public static partial void GivenUp(this ILogger logger, Exception reason, int rows, string table, string partition, int tries);

    [LoggerMessage(2003, LogLevel.Debug, "Row {RowKey} in {Table}/{Partition} was refused with {Status}; the {Others} others of the transaction are sent again.")]
    public static partial void Refused(this ILogger logger, string rowKey, string table, string partition, int status, int others);

    [LoggerMessage(2004, LogLevel.Information, "Row {RowKey} in {Table}/{Partition} was refused with {Status}, and nothing stands in its way; it is sent again.")]
    public static partial void NoConflict(this ILogger logger, string rowKey, string table, string partition, int status);
}
