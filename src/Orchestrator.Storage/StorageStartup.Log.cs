using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

internal static partial class StorageStartupLog
{
    [LoggerMessage(2020, LogLevel.Information, "Tasks are kept in table storage at {Endpoint}.")]
    public static partial void Ready(this ILogger logger, string endpoint);

    [LoggerMessage(2021, LogLevel.Warning, "The table of today or tomorrow could not be created ahead; the first write of the day creates it.")]
    public static partial void DayTableFailed(this ILogger logger, Exception exception);
}
