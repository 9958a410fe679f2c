using Embedded.DurableTask.SampleApp.Activities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.SampleApp.Orchestrations;

public static class Waits
{
    /// <summary>Waits for the event Answer and gives its value.</summary>
    [Function(nameof(Asks))]
    public static Task<string> Asks([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("Answer");

    /// <summary>Waits for the time that the input gives, and gives it back.</summary>
    [Function(nameof(Sleeps))]
    public static async Task<TimeSpan> Sleeps([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var time = context.GetInput<TimeSpan>();
        await context.CreateTimer(time, CancellationToken.None);
        return time;
    }

    /// <summary>Waits for an activity that ends only when it is run again.</summary>
    [Function(nameof(Lingers))]
    public static Task<int> Lingers([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>(nameof(StepActivities.Linger), context.InstanceId);

    /// <summary>Fails with the reason that the input gives.</summary>
    [Function(nameof(Fails))]
    public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>(nameof(StepActivities.Refuse), context.GetInput<string>());
}
