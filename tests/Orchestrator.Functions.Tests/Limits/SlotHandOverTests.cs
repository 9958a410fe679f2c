using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Limits;

public sealed class SlotHandOverTests
{
    private readonly TaskRig _rig = new();
    private readonly SlotHandOver _handOver;

    public SlotHandOverTests() =>
        _handOver = new SlotHandOver(_rig.Store, _rig.Queues, _rig.Lifecycle, _rig.Orchestrations, _rig.Metrics, NullLogger<SlotHandOver>.Instance);

    [Fact]
    public async Task RunAsync_TaskWaits_IsWokenAndTakenOutOfTheRows()
    {
        var id = await _rig.SubmitAsync();
        await _rig.Queues.AddAsync("test", new SlotWaiter(id.ToString(), 1, 7), CancellationToken.None);

        var result = await RunAsync([new SlotWaiter(id.ToString(), 1, 7, HasRow: true)]);

        Assert.False(result.IsNews());
        Assert.Equal([id.ToString()], _rig.Clients.Started);
        Assert.Empty(_rig.Queues.Tasks);
        Assert.Equal(["tasks.limited 1 type=test"], _rig.Meters.Of(TaskMetrics.LimitedName));
    }

    [Fact]
    public async Task RunAsync_TaskHasBegunWithIt_KeepsIt()
    {
        var id = await _rig.SubmitAsync();
        await _rig.ClaimAsync(id);

        Assert.False((await RunAsync([new SlotWaiter(id.ToString(), 1, 0, HasRow: false)])).IsNews());
        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task RunAsync_TaskIsGoneOrOver_Refuses()
    {
        var over = await _rig.SubmitAsync();
        await _rig.EndAsync(over, new AttemptOutcome.Succeeded("1"));
        var gone = TestTasks.Id(77);

        var result = await RunAsync([new SlotWaiter(over.ToString(), 1, 0, HasRow: false), new SlotWaiter(gone.ToString(), 1, 0, HasRow: false)]);

        Assert.Equal([over.ToString(), gone.ToString()], result.Refused!.Select(permit => permit.Task).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RunAsync_TaskIsHeldBack_RefusesAndNobodyCanBeginWithIt()
    {
        var id = await _rig.SubmitAsync();
        await _rig.Lifecycle.PauseAsync(id, CancellationToken.None);

        var result = await RunAsync([new SlotWaiter(id.ToString(), 1, 0, HasRow: false)]);

        Assert.Equal([new SlotPermit(id.ToString(), 1, 0)], result.Refused);
        Assert.Equal(1, _rig.Store[id].LeaseEpoch);
    }

    [Fact]
    public async Task RunAsync_DisplacedAndARefill_WritesBeforeItReads()
    {
        var result = await _handOver.RunAsync(_rig.Clients.Client, new HandOverRequest("test", new LimiterAnswer(SlotOutcome.Waiting, Displaced: [new SlotWaiter("b", 1, 2), new SlotWaiter("a", 1, 1)], RefillFor: 7)), CancellationToken.None);

        Assert.Equal([new SlotWaiter("a", 1, 1, HasRow: true), new SlotWaiter("b", 1, 2, HasRow: true)], result.Rows!.Waiters);
        Assert.Equal((true, 7L, true), (result.Rows.IsEnd, result.Rows.ToldTicks, result.HasNewRows));
    }

    [Fact]
    public async Task RunAsync_MoreRowsThanAreRemembered_IsNotTheEnd()
    {
        for (var i = 0; i <= LimiterState.MaxWaiters; i++)
            await _rig.Queues.AddAsync("test", new SlotWaiter($"task {i}", 1, i), CancellationToken.None);

        var result = await _handOver.RunAsync(_rig.Clients.Client, new HandOverRequest("test", new LimiterAnswer(SlotOutcome.Waiting, RefillFor: 7)), CancellationToken.None);

        Assert.Equal((LimiterState.MaxWaiters, false), (result.Rows!.Waiters.Count, result.Rows.IsEnd));
    }

    [Fact]
    public async Task RunAsync_RowsOfThoseWhoDoNotWait_AreRemoved()
    {
        var waiter = new SlotWaiter("a", 1, 1, HasRow: true);
        await _rig.Queues.AddAsync("test", waiter, CancellationToken.None);

        await _handOver.RunAsync(_rig.Clients.Client, new HandOverRequest("test", new LimiterAnswer(SlotOutcome.Granted, Gone: [waiter])), CancellationToken.None);

        Assert.Empty(_rig.Queues.Tasks);
    }

    [Fact]
    public async Task RunAsync_OneCannotBeRead_TheOthersAreTold()
    {
        var id = await _rig.SubmitAsync();
        var isFirst = 1;
        _rig.Store.BeforeCall = () =>
        {
            if (Interlocked.Exchange(ref isFirst, 0) == 1)
                throw new InvalidDataException("A chunk is missing.");
        };

        var result = await RunAsync([new SlotWaiter(TestTasks.Id(77).ToString(), 1, 0, HasRow: false), new SlotWaiter(id.ToString(), 1, 0, HasRow: false)]);

        Assert.True(_rig.Clients.Started.Count + (result.Refused?.Count ?? 0) == 1, "The other one is told, or refused if it is the one that is gone.");
    }

    private Task<HandOverResult> RunAsync(IReadOnlyList<SlotWaiter> granted) =>
        _handOver.RunAsync(_rig.Clients.Client, new HandOverRequest("test", new LimiterAnswer(SlotOutcome.Waiting, granted)), CancellationToken.None);
}
