using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Orchestrator.Benchmarks.Engine;

/// <summary>The work that the engine is measured with, and the functions that start it and take the time.</summary>
public sealed class EngineFunctions
{
    [Function(nameof(Health))]
    public static IActionResult Health([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request) => new OkResult();

    /// <summary>Starts so many instances at once and waits for all of them.</summary>
    /// <returns>For each instance the milliseconds from the call that started it until it was seen to have ended.</returns>
    [Function(nameof(Together))]
    public static async Task<IActionResult> Together(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "together/{name}/{instances:int}/{size:int}")] HttpRequest request,
        string name,
        int instances,
        int size,
        [DurableClient] DurableTaskClient client) =>
        new OkObjectResult(await Task.WhenAll(Enumerable.Range(0, instances).Select(_ => TimeAsync(client, name, size, request.HttpContext.RequestAborted))));

    /// <summary>Runs so many instances one after the other.</summary>
    /// <returns>As <see cref="Together"/>.</returns>
    [Function(nameof(InTurn))]
    public static async Task<IActionResult> InTurn(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "in-turn/{name}/{instances:int}/{size:int}")] HttpRequest request,
        string name,
        int instances,
        int size,
        [DurableClient] DurableTaskClient client)
    {
        var times = new List<double>(instances);
        for (var i = 0; i < instances; i++)
            times.Add(await TimeAsync(client, name, size, request.HttpContext.RequestAborted));
        return new OkObjectResult(times);
    }

    /// <summary>Starts so many instances and returns when all of them have begun.</summary>
    [Function(nameof(Begin))]
    public static async Task<IActionResult> Begin(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "begin/{name}/{instances:int}/{size:int}")] HttpRequest request,
        string name,
        int instances,
        int size,
        [DurableClient] DurableTaskClient client)
    {
        var cancellation = request.HttpContext.RequestAborted;
        await Task.WhenAll(Enumerable.Range(0, instances).Select(async _ =>
            await client.WaitForInstanceStartAsync(await client.ScheduleNewOrchestrationInstanceAsync(name, size, cancellation), cancellation)));
        return new OkResult();
    }

    /// <summary>The bytes that the process's heap holds after everything that can go is gone.</summary>
    [Function(nameof(Heap))]
    public static IActionResult Heap([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "heap")] HttpRequest request)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return new OkObjectResult(new[] { GC.GetTotalMemory(forceFullCollection: true) });
    }

    [Function(nameof(Sequence))]
    public static async Task<int> Sequence([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var sum = 0;
        for (var step = 0; step < context.GetInput<int>(); step++)
            sum += await context.CallActivityAsync<int>(nameof(Step), step);
        return sum;
    }

    [Function(nameof(FanOut))]
    public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var steps = Enumerable.Range(0, context.GetInput<int>()).Select(step => context.CallActivityAsync<int>(nameof(Step), step));
        return (await Task.WhenAll(steps)).Sum();
    }

    [Function(nameof(Hello))]
    public static async Task<string> Hello([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var greetings = new List<string>();
        foreach (var city in new[] { "Tokyo", "Seattle", "London" })
            greetings.Add(await context.CallActivityAsync<string>(nameof(Greet), city));
        return string.Join(", ", greetings);
    }

    [Function(nameof(Wait))]
    public static Task<string> Wait([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("go");

    [Function(nameof(Nothing))]
    public static int Nothing([OrchestrationTrigger] TaskOrchestrationContext context) => context.GetInput<int>();

    [Function(nameof(Step))]
    public static int Step([ActivityTrigger] int number) => number + 1;

    [Function(nameof(Greet))]
    public static string Greet([ActivityTrigger] string city) => $"Hello {city}!";

    private static async Task<double> TimeAsync(DurableTaskClient client, string name, int size, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var id = await client.ScheduleNewOrchestrationInstanceAsync(name, size, cancellation);
        var ended = await client.WaitForInstanceCompletionAsync(id, cancellation);
        return ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed
            ? watch.Elapsed.TotalMilliseconds
            : throw new InvalidOperationException($"Instance '{id}' of '{name}' ended as {ended.RuntimeStatus}.");
    }
}
