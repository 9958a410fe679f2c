using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Activities;

namespace Orchestrator.Functions.Orchestrations;

public static partial class TaskOrchestrator
{
    private const string LogCategory = "Orchestrator.Functions.Orchestrations.TaskOrchestrator";

    [LoggerMessage(4110, LogLevel.Debug, "Asked for attempt {Attempt} of task {TaskId}: {Next}; attempt {Following} is next.")]
    private static partial void LogStep(ILogger logger, int attempt, string taskId, AttemptNext next, int following);
}
