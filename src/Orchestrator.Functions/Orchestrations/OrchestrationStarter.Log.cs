using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Orchestrations;

public sealed partial class OrchestrationStarter
{
    [LoggerMessage(4100, LogLevel.Warning, "The orchestration of task {TaskId} could not be started now; the sweep will start it.")]
    private partial void LogNotStarted(Exception exception, string taskId);

    [LoggerMessage(4101, LogLevel.Debug, "The orchestration of task {TaskId} is there already.")]
    private partial void LogExists(string taskId);

    [LoggerMessage(4102, LogLevel.Information, "The orchestration of task {TaskId} could not be told of the change; it will find out by itself.")]
    private partial void LogNotNotified(Exception exception, string taskId);

    [LoggerMessage(4103, LogLevel.Warning, "What the platform keeps of the orchestration of task {TaskId} could not be removed.")]
    private partial void LogNotPurged(Exception exception, string taskId);
}
