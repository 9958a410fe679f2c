using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

internal static partial class StorageCheckLog
{
    [LoggerMessage(2010, LogLevel.Debug, "Table storage at {Endpoint} answers.")]
    public static partial void Answers(this ILogger logger, string endpoint);

    [LoggerMessage(2013, LogLevel.Warning, "Table storage at {Endpoint} has not answered in time ({Number} of {Tries}); it is asked again.")]
    public static partial void SlowAtStart(this ILogger logger, string endpoint, int number, int tries);

    [LoggerMessage(2014, LogLevel.Error, "{Reason} This process runs on, but reads and writes tasks no more: end it.")]
    public static partial void Newer(this ILogger logger, string reason);
}
