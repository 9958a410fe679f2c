using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Limits;
using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Recovery;

public sealed class TaskRecoveryTests : IDisposable
{
    private readonly TaskRig _rig = new();
    private readonly Repairs _repairs = new();
    private readonly UnderWay _underWay;
    private readonly MemoryHubRecord _hubs = new();
    private readonly TaskHubChange _hub;
    private readonly TaskRecovery _recovery;

    public TaskRecoveryTests()
    {
        _underWay = new UnderWay(_rig.Store);
        _hub = new TaskHubChange(_hubs, new TaskHubName("present@account"), _rig.Time);
        _recovery = NewRecovery();
    }

    public void Dispose()
    {
        _hub.Dispose();
        _repairs.Dispose();
    }

    [Fact]
    public async Task Run_RunningWithLapsedLeaseAndNoOrchestration_StartedAgain()
    {
        var id = await StartedAsync();
        await _rig.ClaimAsync(id);
        _rig.Time.Advance(TimeSpan.FromMinutes(2));

        await RunAsync();
        Assert.Empty(_rig.Clients.Started);
        _rig.Time.Advance(TimeSpan.FromMinutes(2));
        await RunAsync();

        Assert.Equal([$"{id}"], _rig.Clients.Started);
        Assert.Equal([("orchestration_gone", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_QueuedWithAnOrchestration_LeftAlone()
    {
        var id = await StartedAsync();
        _rig.Clients.Existing.Add($"{id}");
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Empty(_rig.Clients.Started);
        Assert.Empty(_rig.Clients.Raised);
        Assert.Empty(_repairs.Counts);
    }

    [Fact]
    public async Task Run_QueuedWithoutOrchestration_StartedAgain()
    {
        var id = await StartedAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Equal([$"{id}"], _rig.Clients.Started);
        Assert.Equal([("orchestration_gone", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_ScheduledAndOverdueWhileItsOrchestrationSleeps_Told()
    {
        var id = await _rig.SubmitAsync(submission => submission with { Delay = TimeSpan.FromMinutes(30) });
        await _rig.Lifecycle.MarkStartedAsync(id, CancellationToken.None);
        _rig.Clients.Existing.Add($"{id}");
        _rig.Time.Advance(TimeSpan.FromMinutes(31));
        await RunAsync();
        Assert.Empty(_rig.Clients.Raised);

        _rig.Time.Advance(TimeSpan.FromMinutes(2));
        await RunAsync();

        Assert.Equal([($"{id}", "TaskChanged")], _rig.Clients.Raised);
        Assert.Equal([("lost_wake", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_BlockedThoughItsPredecessorIsOver_ToldAndStarted()
    {
        var first = await StartedAsync();
        var second = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([first], DependencyCondition.AllSucceeded) });
        await _rig.Lifecycle.MarkTiedAsync(second, CancellationToken.None);
        await _rig.EndAsync(first, new AttemptOutcome.Succeeded("1"));
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Equal(TaskState.Queued, _rig.Store[second].State);
        Assert.Equal([$"{second}"], _rig.Clients.Started);
        Assert.Equal([("lost_edge", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_BlockedByOneUnderWay_LeftAlone()
    {
        var first = await StartedAsync();
        _rig.Clients.Existing.Add($"{first}");
        var second = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([first], DependencyCondition.AllSucceeded) });
        await _rig.Lifecycle.MarkTiedAsync(second, CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Equal(TaskState.Blocked, _rig.Store[second].State);
        Assert.Empty(_repairs.Counts);
    }

    [Fact]
    public async Task Run_OverBeforeItWasStartedAndItsCallbackToldNobody_Started()
    {
        var id = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);

        // It was marked when it was submitted, and what starts tasks does not look at those that are over: so there is a wake; but that may get lost.
        Assert.Equal([new TaskWake(id, TestTasks.Start + TaskLifecycle.WakeMargin)], _rig.Siblings.Wakes);
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Equal([$"{id}"], _rig.Clients.Started);
        Assert.Equal([("orchestration_gone", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_MarkedAndForgotten_SetGoing()
    {
        var id = await _rig.SubmitAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Equal([$"{id}"], _rig.Clients.Started);
        Assert.Equal([("unstarted", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_MarkedAndItsOrchestrationRuns_NotCounted()
    {
        var id = await _rig.SubmitAsync();
        _rig.Clients.Existing.Add($"{id}");
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();

        Assert.Empty(_repairs.Counts);
    }

    [Fact]
    public async Task Run_MarkedAndCannotBeStarted_NotCountedUntilItIs()
    {
        var id = await _rig.SubmitAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        _rig.Clients.Failure = new InvalidOperationException("The engine is away.");
        await RunAsync();
        await RunAsync();
        Assert.Empty(_repairs.Counts);

        _rig.Clients.Failure = null;
        await RunAsync();

        Assert.Equal([$"{id}"], _rig.Clients.Started);
        Assert.Equal([("unstarted", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_BlockedMarkedAndForgotten_TiedAndCountedOnce()
    {
        var first = await StartedAsync();
        _rig.Clients.Existing.Add($"{first}");
        var second = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([first], DependencyCondition.AllSucceeded) });
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        await RunAsync();

        Assert.Equal((TaskState.Blocked, false), (_rig.Store[second].State, _rig.Store[second].Unstarted));
        Assert.Equal([("unstarted", 1)], _repairs.Counts);
    }

    [Fact]
    public async Task Run_MoreThanARunTakes_TheOthersInTheNextRun()
    {
        const int perRun = TaskRecovery.TasksPerRound * TaskRecovery.RoundsPerRun;
        for (var i = 0; i < perRun + 50; i++)
            await StartedAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();
        Assert.Equal(perRun, _rig.Clients.Started.Distinct().Count());
        foreach (var started in _rig.Clients.Started)
            _rig.Clients.Existing.Add(started);
        await RunAsync();

        Assert.Equal(perRun + 50, _rig.Clients.Started.Distinct().Count());
        Assert.Equal(perRun + 50, _rig.Clients.Started.Count);
    }

    [Fact]
    public async Task Run_MorePredecessorsThanARoundLooksAt_TheOthersInTheNextRounds()
    {
        var live = new List<TaskId>();
        for (var i = 0; i < TaskLimits.Dependencies; i++)
            live.Add(await StartedAsync());
        foreach (var id in live)
            _rig.Clients.Existing.Add($"{id}");
        for (var i = 0; i < 20; i++)
            await BlockedAsync(live);
        var over = await StartedAsync();
        var last = await BlockedAsync([over]);
        await _rig.EndAsync(over, new AttemptOutcome.Succeeded("1"));
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        for (var run = 0; run < 8; run++)
            await RunAsync();

        Assert.Equal(TaskState.Queued, _rig.Store[last].State);
    }

    [Fact]
    public async Task Run_OneCannotBeRead_TheOthersAreSeenTo()
    {
        for (var i = 0; i < 20; i++)
            await StartedAsync();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        var reads = 0;
        _rig.Store.BeforeCall = () =>
        {
            if (Interlocked.Increment(ref reads) == 3)
                throw new InvalidOperationException("This row cannot be read.");
        };

        await RunAsync();

        Assert.Equal(19, _rig.Clients.Started.Count);
    }

    [Fact]
    public async Task TakeOver_HubIsAnotherThanBefore_WhatIsOpenIsWokenAtOnceAndOnce()
    {
        var queued = await StartedAsync();
        var running = await StartedAsync();
        await _rig.ClaimAsync(running);
        var asleep = await _rig.SubmitAsync(submission => submission with { Delay = TimeSpan.FromMinutes(50) });
        await _rig.Lifecycle.MarkStartedAsync(asleep, CancellationToken.None);
        var farAhead = await _rig.SubmitAsync(submission => submission with { Delay = TimeSpan.FromMinutes(70) });
        await _rig.Lifecycle.MarkStartedAsync(farAhead, CancellationToken.None);
        var over = await StartedAsync();
        await _rig.EndAsync(over, new AttemptOutcome.Succeeded("1"));
        var stale = await StartedAsync();
        _rig.Clients.Existing.Add($"{stale}");
        await MoveAsync();

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        await RunAsync();

        Assert.Equal(new[] { queued, running, asleep }.Select(id => $"{id}").Order(), _rig.Clients.Started.Order());
        Assert.Equal([($"{stale}", "TaskChanged")], _rig.Clients.Raised);
        Assert.Equal([("orchestration_gone", 3)], _repairs.Counts);
    }

    [Fact]
    public async Task TakeOver_HubIsTheSame_LeavesEverythingAlone()
    {
        await StartedAsync();
        await _hubs.OpenAsync("PRESENT@account", _rig.Time.GetUtcNow(), CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        await RunAsync();

        Assert.Empty(_rig.Clients.Started);
        Assert.Empty(_rig.Clients.Raised);
    }

    [Fact]
    public async Task TakeOver_TaskWrittenSinceTheChange_IsLeftToThoseWhoDriveIt()
    {
        await MoveAsync();
        await _rig.ClaimAsync(await StartedAsync());

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_OrchestrationCannotBeReached_IsTriedAgain()
    {
        var id = await StartedAsync();
        await MoveAsync();
        _rig.Clients.Failure = new IOException("away");
        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        _rig.Clients.Failure = null;

        await RunAsync();

        Assert.Equal([$"{id}"], _rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_ProcessesStartedSoonAfterTheChange_EachDoesIt()
    {
        var id = await StartedAsync();
        await MoveAsync();
        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromMinutes(1));

        await NewRecovery().TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        Assert.Equal([$"{id}", $"{id}"], _rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_ChangeIsLongAgo_DoesNothing()
    {
        await StartedAsync();
        await MoveAsync();
        _rig.Time.Advance(TaskHubChange.Window + TimeSpan.FromSeconds(1));

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_AttemptWithSlots_LimitersAreToldBeforeOthersAreWoken()
    {
        var waiting = await StartedAsync();
        var id = await StartedAsync();
        await ClaimWithSlotAsync(id);
        await MoveAsync();

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        var adopt = Assert.Single(_rig.Clients.Signals);
        Assert.Equal((LimiterEntity.IdOf("test"), "Adopt"), (adopt.Entity, adopt.Operation));
        Assert.Equal(new LimiterAdopt($"{id}", 1, new SlotLimit(2, 1)), adopt.Input);
        Assert.Equal(2, _rig.Clients.Started.Count);
        Assert.Equal($"{waiting}", _rig.Clients.Started[^1]);
        Assert.Equal(0, adopt.StartedBefore);
    }

    [Fact]
    public async Task TakeOver_PendingAttemptWithSlotsAndNoTimeNear_LimitersAreToldAndItIsNotWoken()
    {
        var id = await StartedAsync(new TaskTimeouts { Attempt = TimeSpan.FromDays(1) });
        var claimed = await ClaimWithSlotAsync(id);
        await _rig.Lifecycle.CompleteAsync(claimed.Task, ((ClaimDecision.Claimed)claimed.Decision).Lease, new AttemptOutcome.Pending(), CancellationToken.None);
        await MoveAsync();

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        await RunAsync();

        Assert.Equal(new LimiterAdopt($"{id}", 1, new SlotLimit(2, 1)), Assert.Single(_rig.Clients.Signals).Input);
        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_MorePartsThanACallLooksAt_GoesOnUntilTheLast()
    {
        _underWay.MostPerCall = 3;
        for (var i = 0; i < 10; i++)
            await _rig.EndAsync(await StartedAsync(), new AttemptOutcome.Succeeded("1"));
        var last = await StartedAsync();
        await MoveAsync();

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        Assert.Equal([$"{last}"], _rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_MorePartsThanARunLooksAt_TheOthersInTheNextRun()
    {
        _underWay.MostPerCall = 1;
        for (var i = 0; i < TaskRecovery.RoundsPerRun; i++)
            await _rig.EndAsync(await StartedAsync(), new AttemptOutcome.Succeeded("1"));
        var last = await StartedAsync();
        await MoveAsync();
        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        Assert.Empty(_rig.Clients.Started);

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        Assert.Equal([$"{last}"], _rig.Clients.Started);
    }

    [Fact]
    public async Task TakeOver_MuchIsDueAgainAllTheTime_IsOverOnceAllWasLookedAt()
    {
        _underWay.IsAlwaysDue = true;
        var id = await StartedAsync();
        await MoveAsync();
        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);
        _rig.Clients.Started.Clear();
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        await _recovery.TakeOverAsync(_rig.Clients.Client, CancellationToken.None);

        Assert.Empty(_rig.Clients.Started);
        await RunAsync();
        Assert.Equal([$"{id}"], _rig.Clients.Started.Distinct());
    }

    [Fact]
    public async Task Run_OldReleaseBeganAnAttemptSinceTheChange_ItsSlotsAreKeptOnce()
    {
        await MoveAsync();
        var id = await StartedAsync(new TaskTimeouts { Attempt = TimeSpan.FromDays(1) });
        await ClaimWithSlotAsync(id);
        _rig.Time.Advance(TimeSpan.FromMinutes(3));

        await RunAsync();
        await RunAsync();

        Assert.Equal(new LimiterAdopt($"{id}", 1, new SlotLimit(2, 1)), Assert.Single(_rig.Clients.Signals).Input);
    }

    [Fact]
    public async Task Run_AnotherReleaseChangedATaskSinceTheChangeOfHub_TheOrchestrationThatIsHereIsWokenOnce()
    {
        var id = await StartedAsync();
        _rig.Clients.Existing.Add($"{id}");
        await MoveAsync();
        await RunAsync();
        Assert.Single(_rig.Clients.Raised);

        // The other release has begun and put back an attempt, and is gone; the orchestration that is here sleeps for what was before.
        var (_, lease) = await _rig.ClaimAsync(id);
        _rig.Time.Advance(lease.Duration * 2);
        await _rig.Lifecycle.PutBackAsync(id, CancellationToken.None);
        await _rig.Lifecycle.MarkStartedAsync(id, CancellationToken.None);
        Assert.Equal(TaskState.Queued, _rig.Store[id].State);
        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        await RunAsync();
        await RunAsync();

        Assert.Equal([($"{id}", "TaskChanged"), ($"{id}", "TaskChanged")], _rig.Clients.Raised);
        Assert.Empty(_rig.Clients.Started);
        Assert.Empty(_repairs.Counts);
    }

    [Fact]
    public async Task Run_PendingAttemptIsSilentForTooLongAndNobodyLooks_Woken()
    {
        var id = await StartedAsync(new TaskTimeouts { Attempt = TimeSpan.FromDays(1), Heartbeat = TimeSpan.FromMinutes(10) });
        await _rig.EndAsync(id, new AttemptOutcome.Pending());
        _rig.Clients.Existing.Add($"{id}");
        _rig.Time.Advance(TimeSpan.FromMinutes(8));
        await ReportAsync(id);
        _rig.Time.Advance(TimeSpan.FromMinutes(11));
        await RunAsync();
        Assert.Empty(_rig.Clients.Raised);

        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        await RunAsync();

        Assert.Equal([($"{id}", "TaskChanged")], _rig.Clients.Raised);
        Assert.Equal([("lost_wake", 1)], _repairs.Counts);
    }

    private async Task<TaskResult<ClaimDecision>> ClaimWithSlotAsync(TaskId id)
    {
        var claim = new AttemptClaim(1, "holder", "agent", TimeSpan.FromMinutes(1)) { NeededSlots = ["test"], HeldSlots = ["test"], Ticket = 1 };
        return (await _rig.Lifecycle.ClaimAsync(id, claim, CancellationToken.None))!;
    }

    private Task ReportAsync(TaskId id)
    {
        var lease = _rig.Store[id].Lease!;
        return _rig.Siblings.ReportAsync(id, new AttemptReport(lease.Number, lease.Epoch, _rig.Time.GetUtcNow()), CancellationToken.None);
    }

    /// <summary>The app comes to the present hub from another, after all that was done before.</summary>
    private async Task MoveAsync()
    {
        await _hubs.OpenAsync("before@account", _rig.Time.GetUtcNow(), CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await _hub.FindAsync(CancellationToken.None));
    }

    private TaskRecovery NewRecovery()
    {
        var catalog = new TestCatalog(new TaskType { Name = "test", Version = 1, Concurrency = new ConcurrencyLimit { Limit = 2 } });
        var limiters = new LimiterKeeper(_rig.Store, catalog, _rig.Queues, _rig.Lifecycle, _rig.Orchestrations, _rig.Sweeps, _rig.Time, NullLogger<LimiterKeeper>.Instance);
        return new TaskRecovery(
            _underWay, _rig.Store, _rig.Lifecycle, _rig.Starter, _rig.Orchestrations, new TaskTakeOver(_hub, limiters, _rig.Starter, _rig.Orchestrations), _rig.Siblings, _repairs.Metrics, _rig.Time, NullLogger<TaskRecovery>.Instance);
    }

    private Task<bool> RunAsync() => _recovery.RunAsync(_rig.Clients.Client, CancellationToken.None);

    private async Task<TaskId> StartedAsync(TaskTimeouts? timeouts = null)
    {
        var id = await _rig.SubmitAsync(submission => timeouts is null ? submission : submission with { Type = submission.Type with { Timeouts = timeouts } });
        await _rig.Lifecycle.MarkStartedAsync(id, CancellationToken.None);
        return id;
    }

    private async Task<TaskId> BlockedAsync(IReadOnlyList<TaskId> predecessors)
    {
        var id = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([.. predecessors], DependencyCondition.AllSucceeded) });
        await _rig.Lifecycle.MarkTiedAsync(id, CancellationToken.None);
        return id;
    }

    /// <summary>All tasks of the store in memory, those that there was no room for first, and then none until the next minute.</summary>
    private sealed class UnderWay(MemoryTaskStore store) : ITasksUnderWay
    {
        private int _given;
        private bool _hasGivenAll;

        /// <summary>Most tasks that a call looks at, wanted or not.</summary>
        public int MostPerCall { get; set; } = int.MaxValue;

        /// <summary>Whether the first are due again by the time that the last have been looked at.</summary>
        public bool IsAlwaysDue { get; set; }

        public Task<TasksUnderWayPage> ListNextAsync(int most, Func<TaskRecord, bool> isWanted, CancellationToken cancellationToken)
        {
            var tasks = new List<TaskRecord>();
            for (var looked = 0; _given < store.Count && tasks.Count < most && looked < MostPerCall; looked++)
            {
                if (store[TestTasks.Id(++_given)] is var task && isWanted(task))
                    tasks.Add(task);
            }

            var isEnd = _given == store.Count && !IsAlwaysDue;
            _hasGivenAll |= _given == store.Count;
            if (_given == store.Count)
                _given = 0;
            return Task.FromResult(new TasksUnderWayPage(tasks, isEnd, _hasGivenAll));
        }

        public async Task<TaskRecord?> FindAsync(TaskId task, CancellationToken cancellationToken) => (await store.GetAsync(task, cancellationToken))?.Record;
    }
}
