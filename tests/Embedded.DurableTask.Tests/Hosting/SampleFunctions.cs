using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>A function app as users write it; <see cref="FunctionAppTests"/> runs it.</summary>
public sealed class SampleFunctions(TimeProvider time)
{
    [Function(nameof(Greet))]
    public static async Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var cities = context.GetInput<string[]>()!;
        context.SetCustomStatus($"greeting {cities.Length}");
        var greetings = await Task.WhenAll(cities.Select(city => context.CallActivityAsync<string>(nameof(SayHello), city)));
        await context.CreateTimer(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        var count = await context.Entities.CallEntityAsync<int>(new EntityInstanceId(nameof(Tally), context.InstanceId), "Add", greetings.Length);
        return $"{string.Join(" ", greetings)} {count}";
    }

    [Function(nameof(Approve))]
    public static async Task<string> Approve([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var answer = await context.WaitForExternalEvent<string>("Answer", TimeSpan.FromMinutes(5));
        return await context.CallSubOrchestratorAsync<string>(nameof(Echo), answer);
    }

    [Function(nameof(Echo))]
    public static string Echo([OrchestrationTrigger] TaskOrchestrationContext context) => $"{context.GetInput<string>()} for {context.Parent!.InstanceId}";

    [Function(nameof(Fails))]
    public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync("Boom", TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMilliseconds(10))));

    /// <summary>Adds one in a way that loses what others add meanwhile, unless nobody can.</summary>
    [Function(nameof(Increment))]
    public static async Task<int> Increment([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var shared = new EntityInstanceId(nameof(Tally), "shared");
        await using var locks = await context.Entities.LockEntitiesAsync(shared, new EntityInstanceId(nameof(Tally), "other"));
        var count = await context.Entities.CallEntityAsync<int>(shared, "Get");
        await context.CallActivityAsync(nameof(SayHello), "Rome");
        return await context.Entities.CallEntityAsync<int>(shared, "Set", count + 1);
    }

    [Function(nameof(Misuse))]
    public static async Task<string> Misuse([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var texts = new List<string>();
        foreach (var (entity, operation) in new[] { (nameof(Tally), "Nope"), ("Missing", "Add") })
        {
            try
            {
                await context.Entities.CallEntityAsync(new EntityInstanceId(entity, "x"), operation);
            }
            catch (EntityOperationFailedException failed)
            {
                texts.Add($"{failed.FailureDetails.ErrorType}: {failed.Message}");
            }
        }

        return string.Join("\n", texts);
    }

    [Function(nameof(SayHello))]
    public string SayHello([ActivityTrigger] string city, FunctionContext context, string instanceId) =>
        time is null || context.FunctionDefinition.Name != nameof(SayHello) || instanceId.Length == 0 ? "" : $"Hello {city}!";

    [Function("Boom")]
    public static Task Throw([ActivityTrigger] FunctionContext context) => throw new InvalidOperationException($"boom of {context.FunctionDefinition.Name}");

    [Function(nameof(Tally))]
    public static Task RunTally([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Tally>();

    public sealed class Tally : TaskEntity<int>
    {
        public int Add(int amount) => State += amount;

        public int Get() => State;

        public int Set(int count) => State = count;
    }
}

/// <summary>A function with a client, never called here: it must be bound.</summary>
public static class SampleStarter
{
    [Function(nameof(Start))]
    public static Task Start([ActivityTrigger] string input, [DurableClient] DurableTaskClient client) => client.GetInstanceAsync(input);
}
