using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Hosting;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>A service of the app: one object for each service provider.</summary>
public sealed class Shelf
{
    public Guid Id { get; } = Guid.NewGuid();
}

/// <summary>Who saw which shelf. One object, which the test has made.</summary>
public sealed class Sightings
{
    private readonly ConcurrentQueue<(string Who, Guid Shelf)> _all = [];

    public void Add(string who, Shelf shelf) => _all.Enqueue((who, shelf.Id));

    public IReadOnlyList<Guid> Of(string who) => [.. _all.Where(sighting => sighting.Who == who).Select(sighting => sighting.Shelf)];

    /// <summary>The one shelf that somebody saw, however often.</summary>
    public Guid ShelfOf(string who) => Assert.Single(Of(who).Distinct());
}

/// <summary>Functions of every kind, each of which tells which shelf it sees.</summary>
public sealed class SeparateFunctions(Shelf shelf, Sightings sightings)
{
    [Function(nameof(Ask))]
    public async Task Ask([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        sightings.Add("http", shelf);
        await client.ScheduleNewOrchestrationInstanceAsync(nameof(Orchestrate), new StartOrchestrationOptions("a"), request.HttpContext.RequestAborted);
    }

    [Function(nameof(Orchestrate))]
    public async Task Orchestrate([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        sightings.Add("orchestrator", shelf);
        var note = await context.CallActivityAsync<Noted>(nameof(Act), "note");
        await context.Entities.CallEntityAsync(new EntityInstanceId(nameof(Keep), "x"), "keep", note.Text);
    }

    [Function(nameof(Act))]
    [QueueOutput("%Queue%")]
    public Noted Act([ActivityTrigger] string text)
    {
        sightings.Add("activity", shelf);
        return new Noted(text);
    }

    [Function(nameof(Keep))]
    public Task Keep([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(operation =>
    {
        sightings.Add("entity", shelf);
        operation.State.SetState(operation.GetInput<string>());
        return default;
    });

    [Function(nameof(Take))]
    public void Take([QueueTrigger("%Queue%")] Noted note) => sightings.Add("queue " + note.Text, shelf);

    [Function(nameof(Tick))]
    public void Tick([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true)] TimerInfo timer) => sightings.Add("timer", shelf);

    public sealed record Noted(string Text);
}

/// <summary>A hosted service of the app, which tells of every turn in its life.</summary>
public sealed class ShelfKeeper(Shelf shelf, Sightings sightings) : IHostedLifecycleService
{
    public static readonly string[] Life = ["starting", "start", "started", "stopping", "stop", "stopped"];

    public Task StartingAsync(CancellationToken cancellationToken) => Tell("starting");

    public Task StartAsync(CancellationToken cancellationToken) => Tell("start");

    public Task StartedAsync(CancellationToken cancellationToken) => Tell("started");

    public Task StoppingAsync(CancellationToken cancellationToken) => Tell("stopping");

    public Task StopAsync(CancellationToken cancellationToken) => Tell("stop");

    public Task StoppedAsync(CancellationToken cancellationToken) => Tell("stopped");

    private Task Tell(string turn)
    {
        sightings.Add(turn, shelf);
        return Task.CompletedTask;
    }
}
