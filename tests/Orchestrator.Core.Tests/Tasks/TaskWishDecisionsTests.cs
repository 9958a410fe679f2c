using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

/// <summary>Pausing, depending on others, being completed from outside, and what is to be done after the end.</summary>
public sealed class TaskWishDecisionsTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");
    private static readonly TaskId One = TaskId.Parse("01M81CB2HB0C00000000000001");
    private static readonly TaskId Two = TaskId.Parse("01M81CB2HB0C00000000000002");
    private static readonly DateTimeOffset Now = Id.CreatedAt.AddSeconds(10);
    private static readonly AttemptClaim First = new(1, "host-1", "agent", TimeSpan.FromSeconds(30));
    private static readonly AttemptOutcome.Failed Failure = new(new TaskError("boom", "It broke."), IsRetryable: true);

    [Theory]
    [InlineData(TaskState.Queued, TaskState.Queued)]
    [InlineData(TaskState.Scheduled, TaskState.Scheduled)]
    [InlineData(TaskState.Blocked, TaskState.Blocked)]
    public void PauseAndResume_NobodyWorks_GoesBackToWhereItWas(TaskState state, TaskState resumed)
    {
        var task = Submit(state);

        var paused = Assert.IsType<PauseDecision.Paused>(TaskDecisions.Pause(task, Now)).Change;
        var back = Assert.IsType<ResumeDecision.Resumed>(TaskDecisions.Resume(paused.After with { Unstarted = false }, Now)).Change;

        Assert.Equal((TaskState.Paused, TaskEventType.Paused), (paused.After.State, paused.Events.Single().Type));
        Assert.Equal(new ClaimDecision.NotReady(TaskState.Paused, null), TaskDecisions.Claim(paused.After, First, null, Now));
        Assert.Equal(new PauseDecision.AlreadyPaused(paused.After), TaskDecisions.Pause(paused.After, Now));
        Assert.Equal((resumed, true, TaskEventType.Resumed), (back.After.State, back.After.Unstarted, back.Events.Single().Type));
    }

    [Fact]
    public void Resume_TimeHasComeMeanwhile_IsQueued()
    {
        var paused = ((PauseDecision.Paused)TaskDecisions.Pause(Submit(TaskState.Scheduled), Now)).Change.After;

        Assert.Equal(TaskState.Queued, ((ResumeDecision.Resumed)TaskDecisions.Resume(paused, Now.AddHours(2))).Change.After.State);
    }

    [Fact]
    public void Pause_AttemptUnderWay_GoesOnButNoOtherBegins()
    {
        var running = Begin(Submit());

        var requested = Assert.IsType<PauseDecision.Requested>(TaskDecisions.Pause(running, Now)).Change.After;
        var failed = Assert.IsType<CompletionDecision.Waiting>(TaskDecisions.Complete(requested, requested.Lease!, Failure, Now));
        var succeeded = Assert.IsType<CompletionDecision.Over>(TaskDecisions.Complete(requested, requested.Lease!, new AttemptOutcome.Succeeded("1"), Now));

        Assert.Equal((TaskState.Running, true), (requested.State, requested.PauseRequested));
        Assert.Equal(new PauseDecision.AlreadyPaused(requested), TaskDecisions.Pause(requested, Now));
        Assert.Equal((TaskState.Paused, false, null, "boom"), (failed.Change.After.State, failed.Change.After.PauseRequested, failed.Change.After.Lease, failed.Change.After.Error!.Code));
        Assert.Equal([TaskEventType.Retrying, TaskEventType.Paused], failed.Change.Events.Select(entry => entry.Type));
        Assert.Equal((TaskState.Succeeded, false), (succeeded.Change.After.State, succeeded.Change.After.PauseRequested));
    }

    [Fact]
    public void Resume_PauseWasOnlyRequested_IsWithdrawn()
    {
        var requested = ((PauseDecision.Requested)TaskDecisions.Pause(Begin(Submit()), Now)).Change.After;

        var resumed = Assert.IsType<ResumeDecision.Resumed>(TaskDecisions.Resume(requested, Now)).Change.After;

        Assert.Equal((TaskState.Running, false, false), (resumed.State, resumed.PauseRequested, resumed.Unstarted));
        Assert.Equal(new ResumeDecision.NotPaused(resumed), TaskDecisions.Resume(resumed, Now));
    }

    [Fact]
    public void PauseAndResume_Over_AnswerIt()
    {
        var over = Succeed(Begin(Submit()));

        Assert.Equal(new PauseDecision.AlreadyOver(over), TaskDecisions.Pause(over, Now));
        Assert.Equal(new ResumeDecision.AlreadyOver(over), TaskDecisions.Resume(over, Now));
    }

    [Fact]
    public void DependencyEnded_EachOfThem_UnblocksWithTheLast()
    {
        var task = Blocked(DependencyCondition.AllSucceeded);

        var first = TaskDecisions.DependencyEnded(task, One, TaskState.Succeeded, Now)!;
        var second = TaskDecisions.DependencyEnded(first.After with { Unstarted = false }, Two, TaskState.Succeeded, Now)!;

        Assert.Equal((TaskState.Blocked, 1, 0), (first.After.State, first.After.WaitingFor.Count, first.Events.Count));
        Assert.Null(TaskDecisions.DependencyEnded(first.After, One, TaskState.Failed, Now));
        Assert.Equal((TaskState.Queued, 0, true, TaskEventType.Unblocked), (second.After.State, second.After.WaitingFor.Count, second.After.Unstarted, second.Events.Single().Type));
    }

    [Theory]
    [InlineData(TaskState.Failed, "is Failed")]
    [InlineData(TaskState.Cancelled, "is Cancelled")]
    [InlineData(TaskState.Expired, "is Expired")]
    [InlineData(null, "is gone")]
    public void DependencyEnded_NotSucceeded_FailsTheTask(TaskState? state, string says)
    {
        var change = TaskDecisions.DependencyEnded(Blocked(DependencyCondition.AllSucceeded), One, state, Now)!;

        Assert.Equal(TaskState.Failed, change.After.State);
        Assert.Equal(new TaskError("dependency_failed", $"Task {One}, which this one depends on, {says}."), change.After.Error);
        Assert.Empty(change.After.WaitingFor);
    }

    [Theory]
    [InlineData(TaskState.Failed)]
    [InlineData(TaskState.Expired)]
    [InlineData(null)]
    public void DependencyEnded_AllFinished_TakesAnyEnd(TaskState? state)
    {
        var first = TaskDecisions.DependencyEnded(Blocked(DependencyCondition.AllFinished), One, state, Now)!;

        Assert.Equal(TaskState.Queued, TaskDecisions.DependencyEnded(first.After, Two, state, Now)!.After.State);
    }

    [Fact]
    public void DependencyEnded_Paused_StaysPausedUntilResumed()
    {
        var task = ((PauseDecision.Paused)TaskDecisions.Pause(Blocked(DependencyCondition.AllSucceeded), Now)).Change.After with { WaitingFor = [One] };

        var told = TaskDecisions.DependencyEnded(task, One, TaskState.Succeeded, Now)!.After;

        Assert.Equal((TaskState.Paused, 0), (told.State, told.WaitingFor.Count));
        Assert.Equal(TaskState.Queued, ((ResumeDecision.Resumed)TaskDecisions.Resume(told, Now)).Change.After.State);
    }

    [Fact]
    public void DependencyEnded_DelayIsNotOver_IsScheduled()
    {
        var task = Blocked(DependencyCondition.AllSucceeded) with { WaitingFor = [One], DueAt = Now.AddHours(1) };

        Assert.Equal(TaskState.Scheduled, TaskDecisions.DependencyEnded(task, One, TaskState.Succeeded, Now)!.After.State);
    }

    [Fact]
    public void Complete_Pending_BelongsToNoProcess()
    {
        var running = Begin(Submit() with { HeartbeatTimeout = TimeSpan.FromMinutes(1) });

        var waiting = Assert.IsType<CompletionDecision.Waiting>(TaskDecisions.Complete(running, running.Lease!, new AttemptOutcome.Pending(), Now));
        var pending = waiting.Change.After;

        Assert.Equal((TaskState.Running, true, Now.AddMinutes(1)), (pending.State, pending.Lease!.IsPending, waiting.WakeAt));
        var stranger = First with { Holder = "host-2", HolderHasEnded = _ => true, SilentFor = TimeSpan.FromSeconds(45) };
        Assert.Equal(
            new ClaimDecision.NotReady(TaskState.Running, Now.AddSeconds(75)),
            TaskDecisions.Claim(pending, stranger, TimeSpan.FromHours(1), Now.AddMinutes(1)));
    }

    [Fact]
    public void Complete_PendingByItsLease_EndsTheTask()
    {
        var pending = Pending();

        Assert.Equal(TaskState.Succeeded, Succeed(pending).State);
        Assert.Equal(new CompletionDecision.Stale(pending), TaskDecisions.Complete(pending, pending.Lease! with { Epoch = 7 }, new AttemptOutcome.Succeeded("1"), Now));
    }

    [Theory]
    [InlineData(59, null)]
    [InlineData(60, "heartbeat_timed_out")]
    public void Claim_PendingAndSilent_FailsTheAttempt(int seconds, string? code)
    {
        var pending = Pending();

        var decision = TaskDecisions.Claim(pending, First with { SilentFor = TimeSpan.FromSeconds(seconds) }, null, Now);

        Assert.Equal(code, (decision as ClaimDecision.GaveUp)?.Change.After.Error?.Code);
        Assert.Equal(code is not null, decision is ClaimDecision.GaveUp { NextAttempt: 2 });
    }

    [Fact]
    public void Complete_PendingFailedFromOutside_IsForTheOrchestrationToLookAt()
    {
        var pending = Pending();

        var retry = Assert.IsType<CompletionDecision.Retry>(TaskDecisions.Complete(pending, pending.Lease!, Failure, Now));

        Assert.Equal((TaskState.Scheduled, true), (retry.Change.After.State, retry.Change.After.Unstarted));
    }

    [Fact]
    public void Claim_PendingPastItsDeadline_FailsTheAttempt()
    {
        var gaveUp = Assert.IsType<ClaimDecision.GaveUp>(TaskDecisions.Claim(Pending(), First, null, Now.AddMinutes(5)));

        Assert.Equal((TaskState.Scheduled, "attempt_timed_out", null), (gaveUp.Change.After.State, gaveUp.Change.After.Error!.Code, gaveUp.Change.After.Lease));
    }

    [Fact]
    public void Claim_LastAttemptPendingPastItsDeadline_EndsTheTask()
    {
        var ended = Assert.IsType<ClaimDecision.Ended>(TaskDecisions.Claim(Pending() with { Retry = RetryPolicy.None }, First, null, Now.AddMinutes(5)));

        Assert.Equal((TaskState.Failed, "attempt_timed_out"), (ended.Change.After.State, ended.Change.After.Error!.Code));
    }

    [Fact]
    public void Cancel_Pending_IsCancelledAtOnce() =>
        Assert.Equal(TaskState.Cancelled, Assert.IsType<CancelDecision.Cancelled>(TaskDecisions.Cancel(Pending(), Now)).Change.After.State);

    [Fact]
    public void End_OthersAreToBeTold_StaysOnTheListUntilTheyAre()
    {
        var task = TaskDecisions.AddDependent(Begin(Submit()))!.After with { Callback = new TaskCallback("https://example.com/") };

        var over = Succeed(task);
        var done = TaskDecisions.FollowUpsDone(over, CallbackState.Delivered, Now)!;

        Assert.Null(TaskDecisions.AddDependent(task));
        Assert.Null(TaskDecisions.AddDependent(over));
        Assert.Equal((true, true), (over.HasFollowUps, over.Unstarted));
        Assert.Equal((false, CallbackState.Delivered, TaskEventType.CallbackDelivered), (done.After.Unstarted, done.After.Callback!.State, done.Events.Single().Type));
        Assert.Null(TaskDecisions.FollowUpsDone(done.After, CallbackState.Delivered, Now));
        Assert.Equal(TaskEventType.CallbackFailed, TaskDecisions.FollowUpsDone(over, CallbackState.Failed, Now)!.Events.Single().Type);
        Assert.Empty(TaskDecisions.FollowUpsDone(over with { Callback = null }, callback: null, Now)!.Events);
    }

    [Fact]
    public void CallbackArrived_GivenUpOrNotYet_DeliveredWithAnEventOnce()
    {
        var pending = Succeed(Begin(Submit()) with { Callback = new TaskCallback("https://example.com/") });
        var over = TaskDecisions.FollowUpsDone(pending, CallbackState.Failed, Now)!.After;

        var change = TaskDecisions.CallbackArrived(over, Now)!;

        Assert.Equal((CallbackState.Delivered, over.LastEvent + 1), (change.After.Callback!.State, change.After.LastEvent));
        Assert.Equal(TaskEventType.CallbackDelivered, Assert.Single(change.Events).Type);
        Assert.Equal(CallbackState.Delivered, TaskDecisions.CallbackArrived(pending, Now)!.After.Callback!.State);
        Assert.Null(TaskDecisions.CallbackArrived(change.After, Now));
        Assert.Null(TaskDecisions.CallbackArrived(over with { Callback = null }, Now));
        Assert.Null(TaskDecisions.CallbackArrived(over with { State = TaskState.Queued }, Now));
    }

    private static TaskRecord Submit(TaskState state = TaskState.Queued) => TaskDecisions.Submit(Id, new TaskSubmission
    {
        Type = new TaskType { Name = "t" },
        Delay = state == TaskState.Scheduled ? TimeSpan.FromHours(1) : null,
        DependsOn = state == TaskState.Blocked ? new TaskDependencies([One, Two], DependencyCondition.AllSucceeded) : null,
    }).After;

    private static TaskRecord Blocked(DependencyCondition condition)
    {
        var task = Submit(TaskState.Blocked);
        return task with { DependsOn = task.DependsOn! with { Condition = condition } };
    }

    private static TaskRecord Begin(TaskRecord task) => Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(task, First, null, Now)).Change.After;

    private static TaskRecord Pending()
    {
        var running = Begin(Submit() with { HeartbeatTimeout = TimeSpan.FromMinutes(1) });
        return ((CompletionDecision.Waiting)TaskDecisions.Complete(running, running.Lease!, new AttemptOutcome.Pending(), Now)).Change.After;
    }

    private static TaskRecord Succeed(TaskRecord task) =>
        Assert.IsType<CompletionDecision.Over>(TaskDecisions.Complete(task, task.Lease!, new AttemptOutcome.Succeeded("1"), Now)).Change.After;
}
