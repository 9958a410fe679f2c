using System.Globalization;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hostile;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>The engine with hazards on real storage: all of them do happen, and nothing is lost by them.</summary>
public sealed class HostileHubTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Seed = 20_261_122;
    private const int Events = 40;

    private static readonly IReadOnlySet<InstanceStatus> _none = new HashSet<InstanceStatus>();

    private readonly ScriptedRunner _code = new();
    private readonly string _hub = "Hub" + azurite.UniqueName();

    [Fact]
    public async Task Events_RaisedAtOnce_ComeOutOfOrderAndAllOfThem()
    {
        GatherEvents();
        await using var hub = await StartAsync(Seeded());
        await hub.StartAsync("a", Start("Gather"), _none, default);

        await Task.WhenAll(Numbers().Select(n => hub.SendAsync("a", new EventRaised("e", n), default)));
        var ended = await WaitAsync(hub, "a");

        var order = ended.Output!.Split(' ');
        Assert.Equal(Numbers().Order(), order.Order());
        Assert.NotEqual(Numbers(), order);
    }

    [Fact]
    public async Task Events_AcceptedAndHeldBack_OutliveTheProcess()
    {
        GatherEvents();
        var hazards = new ScriptedHazards();
        var abandoned = await StartAsync(hazards);
        await abandoned.StartAsync("a", Start("Gather"), _none, default);
        foreach (var number in Numbers())
        {
            // Long enough for the process to have gone before, short enough to wait for.
            hazards.EventDelays.Enqueue(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(int.Parse(number, CultureInfo.InvariantCulture)));
            Assert.Equal(Delivery.Delivered, await abandoned.SendAsync("a", new EventRaised("e", number), default));
        }

        await using var next = await StartAsync(Seeded(), takeOver: true);
        var ended = await WaitAsync(next, "a");

        Assert.Equal(Numbers().Order(), ended.Output!.Split(' ').Order());
    }

    [Fact]
    public async Task Starts_ManyAtOnce_AreDelayedAndComeOutOfOrder()
    {
        _code.Orchestrations["End"] = history => [new ExecutionCompleted(ExecutionOutcome.Completed, $"{Began(history) - history.OfType<ExecutionStarted>().Single().CreatedAt}", null) { TaskId = 0 }];
        await using var hub = await StartAsync(Seeded());

        await Task.WhenAll(Numbers().Select(n => hub.StartAsync(n, Start("End"), _none, default)));
        var ended = await Task.WhenAll(Numbers().Select(n => WaitAsync(hub, n)));

        Assert.NotEqual(Numbers(), ended.OrderBy(i => i.LastUpdatedAt).Select(i => i.InstanceId));
        Assert.Contains(ended, i => TimeSpan.Parse(i.Output!, CultureInfo.InvariantCulture) > SeededHazards.LongestDelay / 2);
    }

    [Fact]
    public async Task Timers_OfASecond_FireEarlyNowAndThen()
    {
        _code.Orchestrations["Sleep"] = history => history.OfType<TimerFired>().Any()
            ? [new ExecutionCompleted(ExecutionOutcome.Completed, $"{history.OfType<TurnStarted>().Last().At - Began(history)}", null) { TaskId = 1 }]
            : [new TimerCreated(Began(history).AddSeconds(1)) { TaskId = 0 }];
        await using var hub = await StartAsync(Seeded());

        await Task.WhenAll(Numbers().Select(n => hub.StartAsync(n, Start("Sleep"), _none, default)));
        var slept = (await Task.WhenAll(Numbers().Select(n => WaitAsync(hub, n)))).Select(i => TimeSpan.Parse(i.Output!, CultureInfo.InvariantCulture)).ToList();

        Assert.Contains(slept, time => time < TimeSpan.FromSeconds(1));
        Assert.Contains(slept, time => time >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Signals_ManyInTheQueue_AreRunInBatchesCutAnywhereAndCountedOnce()
    {
        const int signals = 300;
        var batches = new List<int>();
        using var allHaveArrived = new ManualResetEventSlim();
        _code.Entities["counter"] = batch =>
        {
            allHaveArrived.Wait();
            batches.Add(batch.Requests.Count);
            var total = int.Parse(batch.State ?? "0", CultureInfo.InvariantCulture) + batch.Requests.Count;
            return new EntityBatchResult($"{total}", [.. batch.Requests.Select(_ => new EntityOutcome(null, null))], []);
        };
        await using var hub = await StartAsync(Seeded());

        await Task.WhenAll(Enumerable.Range(0, signals).Select(_ => hub.SignalEntityAsync("@counter@x", new EntityRequest("add", null, null), default)));
        allHaveArrived.Set();
        var view = await Eventually.ValueAsync(() => hub.GetEntityAsync("@counter@x", default), v => v is { BacklogSize: 0 }, "all operations have run");

        Assert.Equal($"{signals}", view!.State);
        Assert.Equal(signals, batches.Sum());
        Assert.True(batches.Skip(1).Count() > signals / Step.MaxBatch, $"Nothing was cut: {string.Join(", ", batches)}.");
    }

    private static IEnumerable<string> Numbers() => Enumerable.Range(10, Events).Select(n => n.ToString(CultureInfo.InvariantCulture));

    private static DateTime Began(IReadOnlyList<HistoryEvent> history) => history.OfType<TurnStarted>().First().At;

    private static SeededHazards Seeded() => new(new Dice(Seed));

    private static ExecutionStarted Start(string name) =>
        new() { ExecutionId = Guid.NewGuid().ToString("N"), Name = name, CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime };

    private static async Task<InstanceView> WaitAsync(TaskHub hub, string instanceId) =>
        await hub.WaitAsync(instanceId, false, true, default).WithinLimitAsync($"'{instanceId}' ends") ?? throw new InvalidOperationException($"There is no '{instanceId}'.");

    /// <summary>An orchestration that ends with the inputs of all events, in the order in which it got them.</summary>
    private void GatherEvents() => _code.Orchestrations["Gather"] = history => history.OfType<EventRaised>().ToList() is { Count: Events } all
        ? [new ExecutionCompleted(ExecutionOutcome.Completed, string.Join(' ', all.Select(e => e.Input)), null) { TaskId = 0 }]
        : [];

    private async Task<TaskHub> StartAsync(IHazards hazards, bool takeOver = false)
    {
        var options = new TaskHubOptions { ConnectionString = azurite.ConnectionString, HubName = _hub, TakeOver = takeOver, Hazards = hazards };
        var hub = new TaskHub(options, new HubTables(options), TimeProvider.System, NullLoggerFactory.Instance, _ => { });
        await hub.StartAsync(_code, _code, _code, default);
        return hub;
    }
}
