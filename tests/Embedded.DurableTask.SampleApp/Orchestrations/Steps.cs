using Embedded.DurableTask.SampleApp.Activities;
using Embedded.DurableTask.SampleApp.Entities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.SampleApp.Orchestrations;

/// <summary>Input of <see cref="Steps"/>.</summary>
/// <param name="Amount">What the first step adds; the second adds twice as much, the third three times.</param>
/// <param name="SharedAccount">Key of the account that is told of every step.</param>
/// <param name="Lasting">How long each step takes.</param>
public sealed record StepsInput(int Amount, string SharedAccount, TimeSpan Lasting);

public static class Steps
{
    private const int Count = 3;

    /// <summary>
    /// Three times: an activity makes an effect and gives an amount, the instance's own account adds it and answers with its sum, the shared account is told.
    /// </summary>
    /// <returns>The sums: for amount 5 it is 5, 15, 30.</returns>
    [Function(nameof(Steps))]
    public static async Task<List<int>> Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<StepsInput>()!;
        var sums = new List<int>();
        for (var step = 1; step <= Count; step++)
        {
            var work = new StepWork($"{context.InstanceId}-{step}", input.Amount * step, input.Lasting);
            var amount = await context.CallActivityAsync<int>(nameof(StepActivities.DoStep), work);
            sums.Add(await context.Entities.CallEntityAsync<int>(new EntityInstanceId(nameof(Account), context.InstanceId), nameof(Account.Add), amount));
            await context.Entities.SignalEntityAsync(new EntityInstanceId(nameof(Account), input.SharedAccount), nameof(Account.Add), amount);
        }

        return sums;
    }

    /// <summary>Has a sub-orchestration do the steps.</summary>
    [Function(nameof(Delegates))]
    public static Task<List<int>> Delegates([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallSubOrchestratorAsync<List<int>>(
        nameof(Steps), context.GetInput<StepsInput>(), new TaskOptions().WithInstanceId($"{context.InstanceId}-child"));
}
