using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Outages;

internal static partial class StorageBreakerLog
{
    [LoggerMessage(2030, LogLevel.Error, "Table storage at {Endpoint} is away after {Failures} failures in a row; calls fail at once until a probe is answered.")]
    public static partial void Away(this ILogger logger, Exception cause, string endpoint, int failures);

    [LoggerMessage(2031, LogLevel.Warning, "Table storage at {Endpoint} answers again; it was away for {Seconds:F1} s.")]
    public static partial void Back(this ILogger logger, string endpoint, double seconds);
}
