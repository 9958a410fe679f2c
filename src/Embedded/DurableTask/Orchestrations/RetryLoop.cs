using Microsoft.DurableTask;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Makes attempts at an activity or a sub-orchestration until one succeeds or the caller's options say stop.</summary>
internal static class RetryLoop
{
    /// <returns>The outcome of the last attempt.</returns>
    public static Task<TaskOutcome> RunAsync(
        TaskOrchestrationContext context, TaskRetryOptions? options, string name, Func<Task<TaskOutcome>> attempt) => options switch
        {
            { Policy: { } policy } => RunAsync(context, policy, name, attempt),
            { Handler: { } handler } => RunAsync(context, handler, attempt),
            _ => attempt(),
        };

    private static async Task<TaskOutcome> RunAsync(
        TaskOrchestrationContext context, RetryPolicy policy, string name, Func<Task<TaskOutcome>> attempt)
    {
        var begun = context.CurrentUtcDateTime;
        for (var number = 1; ; number++)
        {
            var outcome = await attempt();
            if (outcome.Failure is null or { NonRetriable: true } || number >= policy.MaxNumberOfAttempts)
            {
                return outcome;
            }

            if (!IsHandled(policy, name, outcome) || IsLate(policy, context.CurrentUtcDateTime - begun))
            {
                return outcome;
            }

            await context.CreateTimer(DelayAfter(policy, number), CancellationToken.None);
        }
    }

    private static async Task<TaskOutcome> RunAsync(TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<TaskOutcome>> attempt)
    {
        var begun = context.CurrentUtcDateTime;
        for (var number = 1; ; number++)
        {
            var outcome = await attempt();
            if (outcome.Failure is null or { NonRetriable: true })
            {
                return outcome;
            }

            var retry = new RetryContext(context, number, outcome.Failure.ToDetails(), context.CurrentUtcDateTime - begun, CancellationToken.None);
            if (!await handler(retry))
            {
                return outcome;
            }
        }
    }

    private static bool IsHandled(RetryPolicy policy, string name, TaskOutcome outcome)
    {
        try
        {
            return policy.Handle(new TaskFailedException(name, outcome.TaskId, outcome.Failure!.ToDetails()));
        }
        catch (Exception)
        {
            // The task's own failure tells more than the predicate's.
            return false;
        }
    }

    private static bool IsLate(RetryPolicy policy, TimeSpan elapsed) =>
        policy.RetryTimeout != Timeout.InfiniteTimeSpan && elapsed >= policy.RetryTimeout;

    private static TimeSpan DelayAfter(RetryPolicy policy, int number)
    {
        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, number - 1);
        return milliseconds < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : longest;
    }
}
