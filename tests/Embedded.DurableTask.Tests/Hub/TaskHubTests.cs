using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>The engine on real storage, with scripted user code.</summary>
public sealed class TaskHubTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly IReadOnlySet<InstanceStatus> _none = new HashSet<InstanceStatus>();

    private readonly ScriptedRunner _code = new();
    private readonly string _hub = "Hub" + azurite.UniqueName();

    [Fact]
    public async Task Sequence_OfThreeActivities_EndsWithTheLastResult()
    {
        RunSequence(steps: 3);
        await using var hub = await StartAsync();

        Assert.Null(await hub.StartAsync("a", Start("Sequence"), _none, default));
        var ended = await WaitAsync(hub, "a");

        Assert.Equal(InstanceStatus.Completed, ended.Status);
        Assert.Equal("2!", ended.Output);
    }

    [Fact]
    public async Task Start_OfALiveId_IsRefusedWithItsStatus()
    {
        _code.Orchestrations["Wait"] = _ => [];
        await using var hub = await StartAsync();

        await hub.StartAsync("a", Start("Wait"), _none, default);

        Assert.Equal(InstanceStatus.Running, await hub.StartAsync("a", Start("Wait"), new HashSet<InstanceStatus>(Enum.GetValues<InstanceStatus>()), default));
    }

    [Fact]
    public async Task Start_OfAFinishedId_IsRefusedOrReplacesIt_InMemoryAndInStorage()
    {
        RunSequence(steps: 1);
        await using (var hub = await StartAsync())
        {
            await hub.StartAsync("a", Start("Sequence"), _none, default);
            await WaitAsync(hub, "a");
            Assert.Equal(InstanceStatus.Completed, await hub.StartAsync("a", Start("Sequence"), _none, default));
            await hub.StopAsync(default);
        }

        await using var next = await StartAsync();
        Assert.Equal(InstanceStatus.Completed, (await next.GetAsync("a", true, default))?.Status);
        Assert.Equal(InstanceStatus.Completed, await next.StartAsync("a", Start("Sequence"), _none, default));
        Assert.Null(await next.StartAsync("a", Start("Sequence"), new HashSet<InstanceStatus> { InstanceStatus.Completed }, default));
        Assert.Equal("0!", (await WaitAsync(next, "a")).Output);
    }

    [Fact]
    public async Task Start_WhileAnotherOfTheIdRunsAndLeavesMemory_IsRefusedByItsStatus()
    {
        RunSequence(steps: 1);
        var tables = new HubTables(Options());
        var storage = new HookedStorage(tables);
        await using var hub = await StartAsync(checkpointRecords: 1, storage: storage);
        storage.HookedFinished.AfterFind = async () =>
        {
            storage.HookedFinished.AfterFind = null;
            await hub.StartAsync("a", Start("Sequence"), _none, default);
            await WaitAsync(hub, "a");
            await Eventually.TrueAsync(async () => !await tables.Log.ReadAsync(new LogPosition(1, 0), default).AnyAsync(), "the checkpoint with the finished instance is made");
        };

        Assert.Equal(InstanceStatus.Completed, await hub.StartAsync("a", Start("Sequence"), _none, default));
    }

    [Fact]
    public async Task Restart_WithoutAStop_GoesOnWhereTheLogEnds()
    {
        var gate = new TaskCompletionSource<string?>();
        RunSequence(steps: 3);
        _code.Activities["Work"] = work => work.Input == "1" ? gate.Task : Task.FromResult<string?>(work.Input + "!");
        var abandoned = await StartAsync();
        await abandoned.StartAsync("a", Start("Sequence"), _none, default);
        await Eventually.TrueAsync(async () => (await abandoned.GetAsync("a", false, default))?.Status == InstanceStatus.Running, "the instance runs");

        RunSequence(steps: 3);
        await using var next = await StartAsync(takeOver: true);

        Assert.Equal("2!", (await WaitAsync(next, "a")).Output);
        gate.SetResult(null);
    }

    [Fact]
    public async Task TakenOver_Hub_WritesNothingAnyMoreAndStops()
    {
        _code.Orchestrations["Wait"] = _ => [];
        var lost = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = await StartAsync(lost: lost.SetResult);
        await first.StartAsync("a", Start("Wait"), _none, default);

        await using var second = await StartAsync(takeOver: true);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.StartAsync("late", Start("Wait"), _none, default));

        Assert.IsType<Embedded.DurableTask.Log.HubLostException>(await lost.Task.WithinLimitAsync("the first hub notices"));
        Assert.Null(await second.GetAsync("late", false, default));
        Assert.Equal(InstanceStatus.Running, (await second.GetAsync("a", false, default))?.Status);
    }

    [Fact]
    public async Task Timer_IsDue_FiresAfterItsTimeAndSurvivesARestart()
    {
        var due = DateTime.MinValue;
        _code.Orchestrations["Sleep"] = history => history.OfType<TimerFired>().Any()
            ? [new ExecutionCompleted(ExecutionOutcome.Completed, "\"awake\"", null) { TaskId = 1 }]
            : [new TimerCreated(due = history.OfType<TurnStarted>().First().At.AddMilliseconds(500)) { TaskId = 0 }];
        await using (var hub = await StartAsync())
        {
            await hub.StartAsync("a", Start("Sleep"), _none, default);
            await hub.StopAsync(default);
        }

        await using var next = await StartAsync();
        var ended = await WaitAsync(next, "a");

        Assert.Equal("\"awake\"", ended.Output);
        Assert.True(ended.LastUpdatedAt >= due, $"Ended at {ended.LastUpdatedAt:O}, due at {due:O}.");
    }

    [Fact]
    public async Task Entity_SignaledAndCalled_CountsEachOperationOnceAcrossARestart()
    {
        _code.Entities["counter"] = batch =>
        {
            var total = int.Parse(batch.State ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            return new EntityBatchResult(null, [], []) with
            {
                Outcomes = [.. batch.Requests.Select(r => new EntityOutcome($"{(r.Operation == "add" ? ++total : total)}", null))],
                State = $"{total}",
            };
        };
        _code.Orchestrations["Ask"] = history => history.OfType<TaskCompleted>().FirstOrDefault() is { } answer
            ? [new ExecutionCompleted(ExecutionOutcome.Completed, answer.Result, null) { TaskId = 1 }]
            : [new EntityCalled("@counter@x", "get", null) { TaskId = 0 }];
        await using (var hub = await StartAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => hub.SignalEntityAsync("@counter@x", new EntityRequest("add", null, null), default)));
            await hub.StopAsync(default);
        }

        await using var next = await StartAsync();
        await next.StartAsync("a", Start("Ask"), _none, default);

        Assert.Equal("250", (await WaitAsync(next, "a")).Output);
        Assert.Equal("250", (await next.GetEntityAsync("@counter@x", default))?.State);
    }

    [Fact]
    public async Task Purge_RemovesAFinishedInstanceForGood()
    {
        RunSequence(steps: 1);
        await using (var hub = await StartAsync())
        {
            await hub.StartAsync("a", Start("Sequence"), _none, default);
            await WaitAsync(hub, "a");
            await hub.StopAsync(default);
        }

        await using (var hub = await StartAsync())
        {
            Assert.Equal(1, await hub.PurgeAsync("a", false, default));
            Assert.Null(await hub.GetAsync("a", false, default));
            Assert.Equal(0, await hub.PurgeAsync("a", false, default));
            await hub.StopAsync(default);
        }

        await using var last = await StartAsync();
        Assert.Null(await last.GetAsync("a", false, default));
    }

    [Fact]
    public async Task Terminate_EndsWithItsOutput_AndTakesNothingMore()
    {
        _code.Orchestrations["Wait"] = _ => [];
        await using var hub = await StartAsync();
        await hub.StartAsync("a", Start("Wait"), _none, default);

        Assert.Equal(Delivery.Delivered, await hub.SendAsync("a", new ExecutionTerminated("\"enough\"", false), default));
        var ended = await WaitAsync(hub, "a");

        Assert.Equal((InstanceStatus.Terminated, "\"enough\""), (ended.Status, ended.Output));
        Assert.Equal(Delivery.Finished, await hub.SendAsync("a", new EventRaised("e", null), default));
        Assert.Equal(Delivery.NotFound, await hub.SendAsync("b", new EventRaised("e", null), default));
    }

    [Fact]
    public async Task ManyInstances_WithCheckpointsAllTheWhile_AreAllInStorageAfterARestart()
    {
        RunSequence(steps: 2);
        await using (var hub = await StartAsync(checkpointRecords: 50))
        {
            await Task.WhenAll(Enumerable.Range(0, 300).Select(async n =>
            {
                await hub.StartAsync($"i{n:D3}", Start("Sequence"), _none, default);
                await WaitAsync(hub, $"i{n:D3}");
            }));
            await hub.StopAsync(default);
        }

        await using var next = await StartAsync();
        var found = new List<InstanceView>();
        while (await next.QueryAsync(new InstanceFilter { IdPrefix = "i" }, found.LastOrDefault()?.InstanceId, 70, true, default) is { Count: > 0 } page)
        {
            found.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(0, 300).Select(n => $"i{n:D3}"), found.Select(v => v.InstanceId).Order(StringComparer.Ordinal));
        Assert.All(found, v => Assert.Equal((InstanceStatus.Completed, "1!"), (v.Status, v.Output)));
    }

    [Fact]
    public async Task LargePayloads_OverSeveralRows_ComeBackWhole()
    {
        var large = $"\"{string.Concat(Enumerable.Range(0, 400_000).Select(n => (char)('a' + (n * 7919 % 26))))}\"";
        _code.Orchestrations["Echo"] = history => [new ExecutionCompleted(ExecutionOutcome.Completed, history.OfType<ExecutionStarted>().Single().Input + "x", null) { TaskId = 0 }];
        _code.Orchestrations["Wait"] = _ => [];
        var incompressible = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(1_500_000));
        await using (var hub = await StartAsync())
        {
            await hub.StartAsync("a", Start("Echo") with { Input = large + incompressible }, _none, default);
            await hub.StartAsync("b", Start("Wait") with { Input = incompressible }, _none, default);
            await WaitAsync(hub, "a");
            await hub.StopAsync(default);
        }

        await using var next = await StartAsync();
        Assert.Equal(large + incompressible + "x", (await next.GetAsync("a", true, default))?.Output);
        Assert.Equal(incompressible, (await next.GetAsync("b", true, default))?.Input);
    }

    [Fact]
    public async Task LargeInstance_ReplacedThenPurged_LeavesNoRow()
    {
        _code.Orchestrations["Echo"] = history => [new ExecutionCompleted(ExecutionOutcome.Completed, history.OfType<ExecutionStarted>().Single().Input, null) { TaskId = 0 }];
        var large = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(1_500_000));
        var ended = new HashSet<InstanceStatus> { InstanceStatus.Completed };
        foreach (var (input, isLarge) in new[] { (large, true), (large[1..], true), ("1", false) })
        {
            await using var hub = await StartAsync();
            Assert.Null(await hub.StartAsync("a", Start("Echo") with { Input = input }, ended, default));
            await WaitAsync(hub, "a");
            await hub.StopAsync(default);

            // The row itself, and beside it parts of one write alone.
            var rows = await FinishedRowsAsync();
            Assert.Contains("a", rows);
            Assert.Equal(isLarge ? 1 : 0, rows.Where(key => key.StartsWith("a!", StringComparison.Ordinal)).Select(key => key.Split('!')[1]).Distinct().Count());
        }

        await using var last = await StartAsync();
        Assert.Equal(1, await last.PurgeAsync("a", recursive: false, default));
        await last.StopAsync(default);

        Assert.DoesNotContain(await FinishedRowsAsync(), key => key.StartsWith('a'));
    }

    private async Task<List<string>> FinishedRowsAsync()
    {
        var keys = new List<string>();
        await foreach (var row in new HubTables(Options()).Finished.ReadAsync(new RowRange(), default))
        {
            keys.Add(row.RowKey);
        }

        return keys;
    }

    private static ExecutionStarted Start(string name) =>
        new() { ExecutionId = Guid.NewGuid().ToString("N"), Name = name, CreatedAt = TimeProvider.System.GetUtcNow().UtcDateTime };

    private static async Task<InstanceView> WaitAsync(TaskHub hub, string instanceId) =>
        await hub.WaitAsync(instanceId, false, true, default).WithinLimitAsync($"'{instanceId}' ends") ?? throw new InvalidOperationException($"There is no '{instanceId}'.");

    private void RunSequence(int steps)
    {
        _code.Orchestrations["Sequence"] = history => ScriptedRunner.Sequence(history, steps);
        _code.Activities["Work"] = work => Task.FromResult<string?>(work.Input + "!");
    }

    private TaskHubOptions Options() => new() { ConnectionString = azurite.ConnectionString, HubName = _hub };

    private async Task<TaskHub> StartAsync(bool takeOver = false, int checkpointRecords = 10_000, Action<Exception>? lost = null, IHubStorage? storage = null)
    {
        var options = Options() with { TakeOver = takeOver, CheckpointRecords = checkpointRecords };
        var hub = new TaskHub(options, storage ?? new HubTables(options), TimeProvider.System, NullLoggerFactory.Instance, lost ?? (_ => { }));
        await hub.StartAsync(_code, _code, _code, default);
        return hub;
    }
}
