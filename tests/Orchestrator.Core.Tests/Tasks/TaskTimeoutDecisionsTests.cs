using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

/// <summary>What the time limits and the retry policy of a task mean, to the letter.</summary>
public sealed class TaskTimeoutDecisionsTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");
    private static readonly DateTimeOffset Created = Id.CreatedAt;
    private static readonly AttemptClaim First = new(1, "host-1", "digester", TimeSpan.FromSeconds(30));
    private static readonly AttemptOutcome.Failed Failure = new(new TaskError("boom", "It broke."), IsRetryable: true);

    [Fact]
    public void Submit_Delay_IsScheduledAndLimitsCountFromThen()
    {
        var task = Submit(new TaskTimeouts { Start = TimeSpan.FromMinutes(2), Total = TimeSpan.FromMinutes(10) }, delay: TimeSpan.FromHours(1));

        var due = Created.AddHours(1);
        Assert.Equal((TaskState.Scheduled, due, due.AddMinutes(2), due.AddMinutes(10)), (task.State, task.DueAt, task.ExpiresAt, task.FinishBy));
    }

    [Fact]
    public void Submit_StartAtInThePast_IsQueued()
    {
        var task = TaskDecisions.Submit(Id, new TaskSubmission { Type = new TaskType { Name = "t" }, StartAt = Created.AddSeconds(-1) }).After;

        Assert.Equal((TaskState.Queued, null), (task.State, task.DueAt));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, "start_timed_out")]
    public void Claim_StartTimeOut_ExpiresTheTask(int milliseconds, string? code)
    {
        var task = Submit(new TaskTimeouts { Start = TimeSpan.FromMinutes(2) });

        var decision = TaskDecisions.Claim(task, First, null, Created.AddMinutes(2).AddMilliseconds(milliseconds));

        var after = decision is ClaimDecision.Ended ended ? ended.Change.After : ((ClaimDecision.Claimed)decision).Change.After;
        Assert.Equal(code is null ? (TaskState.Running, null) : (TaskState.Expired, code), (after.State, after.Error?.Code));
    }

    [Fact]
    public void Claim_StartTimeOutAfterTheFirstAttempt_CountsNoMore()
    {
        var task = Fail(Begin(Submit(new TaskTimeouts { Start = TimeSpan.FromMinutes(2) }), Created), Created);

        Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(task, First with { Number = 2 }, null, Created.AddHours(1)));
    }

    [Fact]
    public void Claim_TotalTimeOutWhileWaiting_ExpiresTheTask()
    {
        var task = Fail(Begin(Submit(new TaskTimeouts { Total = TimeSpan.FromMinutes(2) }), Created), Created);

        var ended = Assert.IsType<ClaimDecision.Ended>(TaskDecisions.Claim(task, First with { Number = 2 }, null, Created.AddMinutes(2)));

        Assert.Equal((TaskState.Expired, "total_timed_out", false), (ended.Change.After.State, ended.Change.After.Error!.Code, ended.Change.After.Unstarted));
        Assert.Equal("The task was not over by 2026-11-22T10:22:30.1230000Z, when its time was up.", ended.Change.After.Error.Message);
        Assert.Equal(TaskEventType.Expired, ended.Change.Events.Single().Type);
    }

    [Fact]
    public void Claim_TotalTimeOut_CutsTheAttemptsDeadline()
    {
        var task = Begin(Submit(new TaskTimeouts { Attempt = TimeSpan.FromMinutes(5), Total = TimeSpan.FromMinutes(2) }), Created.AddMinutes(1));

        Assert.Equal(Created.AddMinutes(2), task.Lease!.Deadline);
    }

    [Fact]
    public void Claim_TotalTimeOutWhileSomebodyWorks_IsLeftToHim()
    {
        var task = Begin(Submit(new TaskTimeouts { Total = TimeSpan.FromMinutes(2) }), Created);

        Assert.IsType<ClaimDecision.Held>(TaskDecisions.Claim(task, First with { Holder = "host-2" }, TimeSpan.FromSeconds(29), Created.AddMinutes(3)));
        Assert.IsType<ClaimDecision.Ended>(TaskDecisions.Claim(task, First with { Holder = "host-2" }, TimeSpan.FromSeconds(30), Created.AddMinutes(3)));
    }

    [Fact]
    public void Complete_FailureAfterTheTotalTimeOut_ExpiresTheTask()
    {
        var task = Begin(Submit(new TaskTimeouts { Total = TimeSpan.FromMinutes(2) }), Created);

        Assert.Equal(TaskState.Expired, Over(TaskDecisions.Complete(task, task.Lease!, Failure, Created.AddMinutes(2))).State);
    }

    [Fact]
    public void Complete_SuccessAfterTheTotalTimeOut_IsASuccess()
    {
        var task = Begin(Submit(new TaskTimeouts { Total = TimeSpan.FromMinutes(2) }), Created);

        Assert.Equal(TaskState.Succeeded, Over(TaskDecisions.Complete(task, task.Lease!, new AttemptOutcome.Succeeded("1"), Created.AddMinutes(3))).State);
    }

    [Fact]
    public void Complete_NextAttemptWouldComeAfterTheTotalTimeOut_FailsWithWhatWentWrong()
    {
        var task = Begin(Submit(new TaskTimeouts { Total = TimeSpan.FromMinutes(2) }), Created);

        var after = Over(TaskDecisions.Complete(task, task.Lease!, Failure, Created.AddMinutes(2).AddSeconds(-1)));

        Assert.Equal((TaskState.Failed, "boom"), (after.State, after.Error!.Code));
    }

    [Theory]
    [InlineData(58, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void Complete_RetryBudget_NoAttemptBeginsAfterIt(int seconds, bool isRetried)
    {
        var task = Begin(Submit(TaskTimeouts.Default, new RetryPolicy { MaxAttempts = 100, Budget = TimeSpan.FromSeconds(60) }), Created);

        Assert.Equal(isRetried, TaskDecisions.Complete(task, task.Lease!, Failure, Created.AddSeconds(seconds)) is CompletionDecision.Retry);
    }

    [Theory]
    [InlineData("busy", false, true)]
    [InlineData("gone", true, false)]
    [InlineData("other", true, true)]
    public void Complete_CodesOfThePolicy_DecideWhetherItIsTriedAgain(string code, bool agentSays, bool isRetried)
    {
        var task = Begin(Submit(TaskTimeouts.Default, new RetryPolicy { RetryableCodes = ["busy"], TerminalCodes = ["gone"] }), Created);

        var decision = TaskDecisions.Complete(task, task.Lease!, new AttemptOutcome.Failed(new TaskError(code, "x"), agentSays), Created);

        Assert.Equal(isRetried, decision is CompletionDecision.Retry);
    }

    [Fact]
    public void Complete_Jitter_ShortensTheDelayByChance()
    {
        var task = Begin(Submit(TaskTimeouts.Default, new RetryPolicy { FirstDelay = TimeSpan.FromSeconds(10), Jitter = 0.5 }), Created);

        Assert.Equal(
            [10.0, 5.0],
            new[] { 0.0, 1.0 }.Select(chance => (((CompletionDecision.Retry)TaskDecisions.Complete(task, task.Lease!, Failure, Created, chance)).DueAt - Created).TotalSeconds));
    }

    [Fact]
    public void Complete_Deferred_DoesNotCountTheAttempt()
    {
        var task = Begin(Submit(TaskTimeouts.Default, RetryPolicy.None), Created);
        var due = Created.AddDays(2);

        var retry = Assert.IsType<CompletionDecision.Retry>(TaskDecisions.Complete(task, task.Lease!, new AttemptOutcome.Deferred(due), Created));
        var waiting = retry.Change.After;
        var again = Begin(waiting, due);

        Assert.Equal((1, due), (retry.NextAttempt, retry.DueAt));
        Assert.Equal((TaskState.Scheduled, 0, due, null), (waiting.State, waiting.Attempt, waiting.DueAt, waiting.Lease));
        Assert.Equal(new ClaimDecision.NotDue(due), TaskDecisions.Claim(waiting, First, null, due.AddTicks(-1)));
        Assert.Equal((TaskState.Running, 1, 2L, Created), (again.State, again.Attempt, again.LeaseEpoch, again.StartedAt));
        Assert.Equal([TaskEventType.Deferred], retry.Change.Events.Select(entry => entry.Type));
    }

    [Fact]
    public void Complete_DeferredThenStartTimeOut_HasStartedAlready()
    {
        var task = Begin(Submit(new TaskTimeouts { Start = TimeSpan.FromMinutes(1) }), Created);
        var waiting = ((CompletionDecision.Retry)TaskDecisions.Complete(task, task.Lease!, new AttemptOutcome.Deferred(Created.AddHours(1)), Created)).Change.After;

        Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(waiting, First, null, Created.AddHours(1)));
    }

    [Fact]
    public void Claim_WaitsLongerThanItsTimeAllows_WakesWhenItIsUp()
    {
        var task = Submit(new TaskTimeouts { Start = TimeSpan.FromMinutes(1) }) with { DueAt = Created.AddHours(1) };

        Assert.Equal(new ClaimDecision.NotDue(Created.AddMinutes(1)), TaskDecisions.Claim(task, First, null, Created));
    }

    private static TaskRecord Submit(TaskTimeouts timeouts, RetryPolicy? retry = null, TimeSpan? delay = null) => TaskDecisions.Submit(Id, new TaskSubmission
    {
        Type = new TaskType { Name = "t", Timeouts = timeouts, Retry = retry ?? RetryPolicy.Default },
        Delay = delay,
    }).After;

    private static TaskRecord Begin(TaskRecord task, DateTimeOffset now) =>
        Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(task, First with { Number = task.Attempt + 1 }, null, now)).Change.After;

    private static TaskRecord Fail(TaskRecord task, DateTimeOffset now) =>
        Assert.IsType<CompletionDecision.Retry>(TaskDecisions.Complete(task, task.Lease!, Failure, now)).Change.After;

    private static TaskRecord Over(CompletionDecision decision) => Assert.IsType<CompletionDecision.Over>(decision).Change.After;
}
