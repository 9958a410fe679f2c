using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Schema;

internal static partial class SchemaWatchLog
{
    [LoggerMessage(2053, LogLevel.Debug, "Whether the store is still of this release could not be seen; the next look is to come.")]
    public static partial void NotSeen(this ILogger logger, Exception exception);
}
