using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Limits;

public sealed class LimiterKeeperTests
{
    private static readonly TaskType Limited = new() { Name = "test", Concurrency = new ConcurrencyLimit { Limit = 2 } };

    private readonly TaskRig _rig = new();
    private readonly LimiterKeeper _keeper;

    public LimiterKeeperTests() => _keeper = new LimiterKeeper(
        _rig.Store, new TestCatalog(Limited), _rig.Queues, _rig.Lifecycle, _rig.Orchestrations, _rig.Sweeps, _rig.Time, NullLogger<LimiterKeeper>.Instance);

    [Fact]
    public async Task FindRepairAsync_SlotJustGivenOut_IsLeftAlone()
    {
        var permit = Permit(await _rig.SubmitAsync());

        Assert.Null(await FindAsync([permit]));
    }

    [Fact]
    public async Task FindRepairAsync_SlotNeverUsed_IsGivenBackAndItsTaskAsksAnew()
    {
        var id = await _rig.SubmitAsync();
        var permit = Permit(id);
        _rig.Time.Advance(LimiterKeeper.MinAge);

        var repair = await FindAsync([permit]);

        Assert.Equal([permit], repair!.Unused);
        Assert.Equal((1L, id.ToString()), (_rig.Store[id].LeaseEpoch, _rig.Clients.Started.Single()));
    }

    [Fact]
    public async Task FindRepairAsync_ItsOrchestrationGoesOn_IsToldOnceMoreAndKeepsIt()
    {
        var id = await _rig.SubmitAsync();
        _rig.Clients.Existing.Add(id.ToString());
        var permit = Permit(id);
        _rig.Time.Advance(LimiterKeeper.MinAge);

        Assert.Null(await FindAsync([permit]));
        _rig.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await FindAsync([permit]));

        Assert.Equal([(id.ToString(), TaskOrchestrator.ChangedEvent)], _rig.Clients.Raised);
        Assert.Equal(0, _rig.Store[id].LeaseEpoch);
    }

    [Fact]
    public async Task FindRepairAsync_ItsTaskCannotBeTold_IsLookedAtAgain()
    {
        var id = await _rig.SubmitAsync();
        var permit = Permit(id);
        _rig.Time.Advance(LimiterKeeper.MinAge);
        _rig.Clients.Failure = new InvalidOperationException("away");

        Assert.Null(await FindAsync([permit]));
        _rig.Clients.Failure = null;

        Assert.Equal([permit], (await FindAsync([permit]))!.Unused);
        Assert.Equal([id.ToString()], _rig.Clients.Started);
    }

    [Fact]
    public async Task FindRepairAsync_SlotInUse_IsKept()
    {
        var id = await _rig.SubmitAsync();
        var permit = Permit(id);
        await _rig.ClaimAsync(id);
        _rig.Time.Advance(TimeSpan.FromSeconds(119));

        Assert.Null(await FindAsync([permit]));
        Assert.Equal(TaskState.Running, _rig.Store[id].State);
    }

    [Fact]
    public async Task FindRepairAsync_AttemptIsDead_IsPutBackAndItsSlotGivenBack()
    {
        var id = await _rig.SubmitAsync();
        var permit = Permit(id);
        var (task, lease) = await _rig.ClaimAsync(id);
        _rig.Time.Advance(lease.Duration * 2);

        var repair = await FindAsync([permit]);
        var late = await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded("1"), CancellationToken.None);

        Assert.Equal([permit], repair!.Unused);
        Assert.IsType<CompletionDecision.Stale>(late.Decision);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.LeaseLapsed], _rig.Store.EventTypes(id));
        Assert.Equal((TaskState.Queued, 0, id.ToString()), (_rig.Store[id].State, _rig.Store[id].Attempt, _rig.Clients.Started.Single()));
    }

    [Fact]
    public async Task FindRepairAsync_PendingAttempt_IsKeptHoweverLong()
    {
        var id = await _rig.SubmitAsync();
        var permit = Permit(id);
        await _rig.EndAsync(id, new AttemptOutcome.Pending());
        _rig.Time.Advance(TimeSpan.FromMinutes(4));

        Assert.Null(await FindAsync([permit]));
    }

    [Fact]
    public async Task FindRepairAsync_TaskIsOverOrGone_SlotIsGivenBack()
    {
        var over = await _rig.SubmitAsync();
        var permits = new[] { Permit(over), Permit(TestTasks.Id(77)) };
        await _rig.EndAsync(over, new AttemptOutcome.Succeeded("1"));
        _rig.Time.Advance(LimiterKeeper.MinAge);

        Assert.Equal(permits, (await FindAsync(permits))!.Unused!.OrderBy(permit => permit.Task, StringComparer.Ordinal));
        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task FindRepairAsync_FreeSlotsAndSomeoneWaits_IsRepaired()
    {
        var repair = await FindAsync([], waiters: [new SlotWaiter("a", 1, 1)]);

        Assert.Equal((0, new SlotLimit(2, 1), true), (repair!.Unused!.Count, repair.Limit, repair.Rows is null));
    }

    [Fact]
    public async Task FindRepairAsync_RowsThatNobodyReads_AreRead()
    {
        await _rig.Queues.AddAsync("test", new SlotWaiter("a", 1, 1), CancellationToken.None);

        var repair = await FindAsync([], hasMore: true);

        Assert.Equal([new SlotWaiter("a", 1, 1, HasRow: true)], repair!.Rows!.Waiters);
        Assert.True(repair.Rows.IsEnd);
    }

    [Fact]
    public async Task FindRepairAsync_LimitIsLower_IsMadeKnown()
    {
        var repair = await _keeper.FindRepairAsync(_rig.Clients.Client, new KnownLimiter("test", new LimiterState { Limit = new SlotLimit(5, 1), Permits = [Permit(await _rig.SubmitAsync())] }), CancellationToken.None);

        Assert.Equal(new SlotLimit(2, 1), repair!.Limit);
    }

    [Fact]
    public async Task FindRepairAsync_LimitIsGone_EverybodyWhoWaitsMayBegin()
    {
        var state = new LimiterState { Limit = new SlotLimit(1, 1), Permits = [Permit(await _rig.SubmitAsync())], Waiters = [new SlotWaiter("a", 1, 1)] };

        var repair = await _keeper.FindRepairAsync(_rig.Clients.Client, new KnownLimiter("test:0123", state), CancellationToken.None);

        Assert.Equal(int.MaxValue, repair!.Limit.Count);
    }

    private SlotPermit Permit(TaskId id) => new(id.ToString(), 1, _rig.Time.GetUtcNow().UtcTicks);

    private Task<LimiterRepair?> FindAsync(IReadOnlyList<SlotPermit> permits, IReadOnlyList<SlotWaiter>? waiters = null, bool hasMore = false) =>
        _keeper.FindRepairAsync(
            _rig.Clients.Client, new KnownLimiter("test", new LimiterState { Limit = new SlotLimit(2, 1), Permits = permits, Waiters = waiters ?? [], HasMore = hasMore }), CancellationToken.None);
}
