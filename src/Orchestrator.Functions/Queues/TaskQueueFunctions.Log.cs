using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Queues;

public sealed partial class TaskQueueFunctions
{
    private static readonly Func<ILogger, string, IDisposable?> MessageScope = LoggerMessage.DefineScope<string>("Message {MessageId}");

    [LoggerMessage(4400, LogLevel.Debug, "The message is task {TaskId}.")]
    private partial void LogSubmitted(TaskId taskId);

    [LoggerMessage(4402, LogLevel.Information, "Message {MessageId} is task {TaskId}, which was submitted before.")]
    private partial void LogKnown(string messageId, TaskId taskId);

    [LoggerMessage(4403, LogLevel.Warning, "Message {MessageId} waits for storage, which is away.")]
    private partial void LogStorageAway(Exception exception, string messageId);
}
