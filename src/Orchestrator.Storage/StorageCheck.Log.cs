using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage;

internal static partial class StorageCheckLog
{
    [LoggerMessage(2010, LogLevel.Debug, "Table storage at {Endpoint} answers.")]
    public static partial void Answers(this ILogger logger, string endpoint);
}
