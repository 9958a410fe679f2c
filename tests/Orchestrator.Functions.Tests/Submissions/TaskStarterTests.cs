using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Submissions;

public sealed class TaskStarterTests
{
    private readonly TaskRig _rig = new();

    [Fact]
    public async Task StartAsync_Blocked_TiedAndLeftToThoseItWaitsFor()
    {
        var (first, second) = (await _rig.SubmitAsync(), await SubmitBlockedAsync(TestTasks.Id(1)));

        var task = await StartAsync(second);

        Assert.Equal((TaskState.Blocked, false), (task.State, _rig.Store[second].Unstarted));
        Assert.True(_rig.Store[first].HasDependents);
        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task StartAsync_PredecessorsEndedMeanwhile_GoesOnAtOnce()
    {
        var first = await _rig.SubmitAsync();
        var second = await SubmitBlockedAsync(first);
        await _rig.EndAsync(first, new AttemptOutcome.Succeeded("1"));

        var task = await StartAsync(second);

        Assert.Equal(TaskState.Queued, task.State);
        Assert.Equal([second.ToString()], _rig.Clients.Started);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Unblocked], _rig.Store.EventTypes(second));
    }

    [Fact]
    public async Task StartAsync_OneOfManyFailed_FailsWithoutAnOrchestration()
    {
        var failed = await _rig.SubmitAsync();
        var open = await _rig.SubmitAsync();
        var task = await SubmitBlockedAsync(failed, open);
        await _rig.EndAsync(failed, new AttemptOutcome.Failed(new TaskError("x", "y"), IsRetryable: false));

        Assert.Equal(TaskState.Failed, (await StartAsync(task)).State);
        Assert.Equal("dependency_failed", _rig.Store[task].Error!.Code);
        Assert.False(_rig.Store[open].HasDependents);
        Assert.Empty(_rig.Clients.Started);
    }

    [Fact]
    public async Task StartAsync_EndOfThePredecessorIsToldBetweenTieAndMark_TheMarkStaysUntilSomebodyWakesIt()
    {
        var first = await _rig.SubmitAsync();
        var second = await SubmitBlockedAsync(first);
        var stored = _rig.Store[second];
        await _rig.Siblings.AddAsync(first, second, CancellationToken.None);
        await _rig.EndAsync(first, new AttemptOutcome.Succeeded("1"));
        await _rig.Lifecycle.EndDependencyAsync(second, first, TaskState.Succeeded, CancellationToken.None);

        // Whoever told it has died before it could wake it; the starter knows only the task that it stored.
        await _rig.Lifecycle.MarkTiedAsync(second, CancellationToken.None);

        Assert.Equal(TaskState.Blocked, stored.State);
        Assert.Equal((TaskState.Queued, true), (_rig.Store[second].State, _rig.Store[second].Unstarted));
    }

    [Fact]
    public async Task StartAsync_BlockedAndHeldBackBeforeItWasTied_TiedAllTheSame()
    {
        var first = await _rig.SubmitAsync();
        var second = await SubmitBlockedAsync(first);
        await _rig.Lifecycle.PauseAsync(second, CancellationToken.None);

        await StartAsync(second);
        await _rig.EndAsync(first, new AttemptOutcome.Succeeded("1"));

        Assert.Equal([second], await _rig.Siblings.ListAsync(first, after: null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task SweepAsync_CrashedBetweenStoreAndTie_TiedAndTakenOffTheList()
    {
        var first = await _rig.SubmitAsync();
        var second = await SubmitBlockedAsync(first);

        Assert.True(await _rig.Starter.SweepAsync(_rig.Clients.Client, _rig.Store[second], CancellationToken.None));

        Assert.False(_rig.Store[second].Unstarted);
        Assert.Equal([second], await _rig.Siblings.ListAsync(first, after: null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task StartAsync_PredecessorIsGone_Fails()
    {
        var second = await SubmitBlockedAsync(TestTasks.Id(99));

        Assert.Equal(TaskState.Failed, (await StartAsync(second)).State);
        Assert.Equal($"Task {TestTasks.Id(99)}, which this one depends on, is gone.", _rig.Store[second].Error!.Message);
    }

    [Fact]
    public async Task StartAsync_OverWithoutFollowUps_LeftAlone()
    {
        var id = await _rig.SubmitAsync();
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);

        await StartAsync(id);

        Assert.Empty(_rig.Clients.Started);
    }

    private Task<TaskRecord> StartAsync(TaskId id) => _rig.Starter.StartAsync(_rig.Clients.Client, _rig.Store[id], CancellationToken.None);

    private Task<TaskId> SubmitBlockedAsync(params TaskId[] predecessors) =>
        _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies(predecessors, DependencyCondition.AllSucceeded) });
}
