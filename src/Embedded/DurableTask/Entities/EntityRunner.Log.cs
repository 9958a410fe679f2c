using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Entities;

internal static partial class EntityRunnerLog
{
    [LoggerMessage(9340, LogLevel.Error, "Operation '{Operation}' of entity '{Entity}' failed; it has changed nothing.")]
    public static partial void OperationFailed(this ILogger logger, Exception exception, string operation, string entity);

    [LoggerMessage(9341, LogLevel.Error, "{Count} operations of entity '{Entity}' failed: {Reason}")]
    public static partial void BatchFailed(this ILogger logger, Exception? exception, int count, string entity, string reason);
}
