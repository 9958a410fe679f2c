using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

internal sealed partial class LeaseKeeper
{
    [LoggerMessage(4210, LogLevel.Warning, "The lease of attempt {Attempt} of task {TaskId} (epoch {Epoch}) is lost; the agent is stopped.")]
    private partial void LogLost(TaskId taskId, int attempt, long epoch);

    [LoggerMessage(4211, LogLevel.Warning, "The lease of attempt {Attempt} of task {TaskId} could not be renewed; it is tried again.")]
    private partial void LogNotRenewed(Exception exception, TaskId taskId, int attempt);
}
