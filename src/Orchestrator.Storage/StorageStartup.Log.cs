using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

internal static partial class StorageStartupLog
{
    [LoggerMessage(2020, LogLevel.Information, "Tasks are kept in table storage at {Endpoint}.")]
    public static partial void Ready(this ILogger logger, string endpoint);

    [LoggerMessage(2021, LogLevel.Warning, "A table of tomorrow could not be created ahead; the first write creates it.")]
    public static partial void DayTableFailed(this ILogger logger, Exception exception);

    [LoggerMessage(2022, LogLevel.Debug, "The end of this process's segments could not be written down; lists look into them until their period ends.")]
    public static partial void NotClosed(this ILogger logger, Exception exception);
}
