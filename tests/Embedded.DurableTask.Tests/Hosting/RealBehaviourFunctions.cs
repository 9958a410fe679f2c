using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>Functions as those that the real platform was watched with; <see cref="RealBehaviourTests"/> runs them.</summary>
public sealed class RealBehaviourFunctions(HeldActivity held)
{
    [Function(nameof(CallBoom))]
    public static Task CallBoom([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Boom", "x");

    [Function(nameof(OrchBoom))]
    public static Task OrchBoom([OrchestrationTrigger] TaskOrchestrationContext context) => throw new InvalidOperationException("orch boom");

    [Function(nameof(CallMissing))]
    public static Task CallMissing([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("X");

    [Function(nameof(Pay))]
    public static async Task<string> Pay([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>(nameof(Charge));
        }
        catch (TaskFailedException failed)
        {
            return string.Join('|', failed.TaskName, failed.TaskId, failed.FailureDetails, failed.FailureDetails.InnerFailure);
        }
    }

    [Function(nameof(TakeNumber))]
    public static int TakeNumber([OrchestrationTrigger] TaskOrchestrationContext context) => context.GetInput<int>();

    [Function(nameof(Take))]
    public static Task<Order> Take([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<Order>(nameof(Double), context.GetInput<Order>());

    [Function(nameof(Listen))]
    public static Task<string> Listen([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("Answer");

    /// <summary>Takes one event at a time and starts over, with what it has taken so far.</summary>
    [Function(nameof(Gather))]
    public static async Task<int[]?> Gather([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        int[] taken = [.. context.GetInput<int[]>()!, await context.WaitForExternalEvent<int>("Number")];
        if (taken.Length == RealBehaviourTests.Events)
        {
            return taken;
        }

        context.ContinueAsNew(taken);
        return null;
    }

    /// <summary>How many milliseconds early the timer was, by the clock of the orchestration; 0 for none.</summary>
    [Function(nameof(Sleep))]
    public static async Task<double> Sleep([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var due = context.CurrentUtcDateTime.AddMilliseconds(50);
        await context.CreateTimer(due, CancellationToken.None);
        return Math.Max(0, (due - context.CurrentUtcDateTime).TotalMilliseconds);
    }

    [Function(nameof(CallHold))]
    public static Task<string> CallHold([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<string>(nameof(Hold));

    [Function(nameof(CallCounter))]
    public static Task<int> CallCounter([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.Entities.CallEntityAsync<int>(new EntityInstanceId("COUNTER", "e1"), "gET");

    [Function("Boom")]
    public static Task Throw([ActivityTrigger] string input) => throw new InvalidOperationException($"boom {input}");

    [Function(nameof(Charge))]
    public static Task Charge([ActivityTrigger] FunctionContext context) => throw new FormatException("Payment: declined", new IOException("disk"));

    [Function(nameof(Double))]
    public static Order Double([ActivityTrigger] Order order) => order with { Count = order.Count * 2 };

    [Function(nameof(Hold))]
    public Task<string> Hold([ActivityTrigger] FunctionContext context, CancellationToken cancellationToken) => held.RunAsync(cancellationToken);

    [Function(nameof(Counter))]
    public static Task RunCounter([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Counter>();

    public sealed record Order(string Item, int Count);

    public sealed class Counter : TaskEntity<int>
    {
        public int Add(int amount) => State += amount;

        public int Get() => State;

        public void AddAndThrow(int amount)
        {
            State += amount;
            throw new InvalidOperationException("rolled back");
        }
    }
}
