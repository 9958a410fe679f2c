using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Recovery;

public sealed class TaskRecoveryTests : IDisposable
{
    private readonly TaskRig _rig = new();
    private readonly Repairs _repairs = new();
    private readonly UnderWay _underWay;
    private readonly TaskRecovery _recovery;

    public TaskRecoveryTests()
    {
        _underWay = new UnderWay(_rig.Store);
        _recovery = new TaskRecovery(_underWay, _rig.Store, _rig.Lifecycle, _rig.Starter, _rig.Orchestrations, _repairs.Metrics, _rig.Time, NullLogger<TaskRecovery>.Instance);
    }

    public void Dispose() => _repairs.Dispose();

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

    private Task RunAsync() => _recovery.RunAsync(_rig.Clients.Client, CancellationToken.None);

    private async Task<TaskId> StartedAsync()
    {
        var id = await _rig.SubmitAsync();
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

        public Task<IReadOnlyList<TaskRecord>> ListNextAsync(int most, Func<TaskRecord, bool> isWanted, CancellationToken cancellationToken)
        {
            var tasks = new List<TaskRecord>();
            while (_given < store.Count && tasks.Count < most)
            {
                if (store[TestTasks.Id(++_given)] is var task && isWanted(task))
                    tasks.Add(task);
            }

            if (_given == store.Count)
                _given = 0;
            return Task.FromResult<IReadOnlyList<TaskRecord>>(tasks);
        }

        public async Task<TaskRecord?> FindAsync(TaskId task, CancellationToken cancellationToken) => (await store.GetAsync(task, cancellationToken))?.Record;
    }
}
