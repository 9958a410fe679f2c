using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Timers;

public sealed partial class UnstartedSweep
{
    [LoggerMessage(4500, LogLevel.Information, "{Started} of {Found} tasks that had been left unstarted are started.")]
    private partial void LogStarted(int started, int found);

    [LoggerMessage(4501, LogLevel.Warning, "Task {TaskId} could not be started; it is tried again.")]
    private partial void LogNotStarted(Exception exception, TaskId taskId);
}
