using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Orchestrations;

internal static partial class OrchestrationRunnerLog
{
    [LoggerMessage(9343, LogLevel.Error, "Orchestration instance '{InstanceId}' failed: {Failure}")]
    public static partial void OrchestrationFailed(this ILogger logger, string instanceId, string failure);
}
