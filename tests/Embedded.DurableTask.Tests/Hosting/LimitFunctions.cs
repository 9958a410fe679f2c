using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>Functions that work until they are let go; <see cref="ConcurrencyLimitTests"/> runs them.</summary>
public sealed class LimitFunctions(WorkGate gate)
{
    [Function(nameof(FanOut))]
    public static Task FanOut([OrchestrationTrigger] TaskOrchestrationContext context) =>
        Task.WhenAll(Enumerable.Range(0, context.GetInput<int>()).Select(i => context.CallActivityAsync(nameof(Work), i)));

    [Function(nameof(Work))]
    public Task Work([ActivityTrigger] int number) => gate.PassAsync(number);

    /// <summary>Holds its turn, as no orchestrator should.</summary>
    [Function(nameof(Turn))]
    public void Turn([OrchestrationTrigger] TaskOrchestrationContext context) => gate.Pass(context.GetInput<int>());

    [Function(nameof(Holder))]
    public Task Holder([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(async operation =>
    {
        await gate.PassAsync(operation.GetInput<int>());
        return null;
    });
}
