using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Activities;

internal static partial class ActivityRunnerLog
{
    [LoggerMessage(9342, LogLevel.Error, "Activity '{Activity}' (#{TaskId}) of instance '{InstanceId}' failed.")]
    public static partial void ActivityFailed(this ILogger logger, Exception exception, string activity, int taskId, string instanceId);
}
