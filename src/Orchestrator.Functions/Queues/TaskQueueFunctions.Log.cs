using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Queues;

public sealed partial class TaskQueueFunctions
{
    private static readonly Func<ILogger, string, IDisposable?> MessageScope = LoggerMessage.DefineScope<string>("Message {MessageId}");

    [LoggerMessage(4400, LogLevel.Debug, "The message is task {TaskId}.")]
    private partial void LogSubmitted(TaskId taskId);
}
