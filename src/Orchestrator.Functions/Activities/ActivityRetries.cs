using Microsoft.DurableTask;

namespace Orchestrator.Functions.Activities;

/// <summary>How often the platform tries an activity again that cannot be carried out, mostly because storage is away.</summary>
internal static class ActivityRetries
{
    /// <summary>Five times within half a minute.</summary>
    public static readonly TaskOptions Options =
        TaskOptions.FromRetryPolicy(new RetryPolicy(maxNumberOfAttempts: 5, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2));
}
