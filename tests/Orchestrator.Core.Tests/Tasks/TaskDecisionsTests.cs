using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskDecisionsTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");
    private static readonly DateTimeOffset Now = Id.CreatedAt.AddSeconds(10);
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);
    private static readonly AttemptClaim First = new(1, "host-1", "digester", LeaseTime);
    private static readonly TaskType Type = new() { Name = "text.digest", Version = 2, Retry = new RetryPolicy { MaxAttempts = 2 }, Timeouts = new TaskTimeouts { Attempt = TimeSpan.FromMinutes(1) } };

    private static TaskRecord Submitted => TaskDecisions.Submit(Id, new TaskSubmission { Type = Type, Input = "{}", Title = "T", Tags = ["a"], Priority = 7 }).After;

    private static TaskRecord Running => Claimed(Submitted, First).After;

    [Fact]
    public void Submit_ASubmission_IsQueuedWithItsPolicyPinned()
    {
        var change = TaskDecisions.Submit(Id, new TaskSubmission { Type = Type, Input = "{}", Title = "T", Tags = ["a"], Priority = 7 });

        Assert.Null(change.Before);
        Assert.Equal(
            (TaskState.Queued, "text.digest", 2, "T", 7, "{}", true, 1, 0, Type.Retry, Type.Timeouts.Attempt, Id.CreatedAt),
            (change.After.State, change.After.Type, change.After.TypeVersion, change.After.Title, change.After.Priority, change.After.Input, change.After.Unstarted, change.After.LastEvent, change.After.Attempt, change.After.Retry, change.After.AttemptTimeLimit, change.After.UpdatedAt));
        Assert.Equal([new TaskEvent(1, TaskEventType.Submitted, Id.CreatedAt)], change.Events);
    }

    [Fact]
    public void Claim_Queued_BeginsTheAttempt()
    {
        var change = Claimed(Submitted, First);

        Assert.Equal(
            (TaskState.Running, 1, 1L, new AttemptLease(1, 1, "host-1", LeaseTime) { Deadline = Now.AddMinutes(1) }, "digester", Now, false, 2),
            (change.After.State, change.After.Attempt, change.After.LeaseEpoch, change.After.Lease, change.After.Agent, change.After.StartedAt, change.After.Unstarted, change.After.LastEvent));
        AssertEvent(change, 2, TaskEventType.Started, 1, """{"agent":"digester","holder":"host-1","epoch":1}""");
    }

    [Theory]
    [InlineData(null, 30)]
    [InlineData(0.0, 30)]
    [InlineData(29.0, 1)]
    public void Claim_LeaseAlive_IsHeldForTheRest(double? age, double remaining)
    {
        var decision = TaskDecisions.Claim(Running, First with { Holder = "host-2" }, Seconds(age), Now);

        Assert.Equal(new ClaimDecision.Held(Running.Lease!, TimeSpan.FromSeconds(remaining)), decision);
    }

    [Fact]
    public void Claim_LeaseLapsed_TakesOverWithTheNextEpoch()
    {
        var change = Claimed(Running, First with { Holder = "host-2" }, LeaseTime);

        Assert.Equal((TaskState.Running, 1, 2L, "host-2", Now), (change.After.State, change.After.Attempt, change.After.LeaseEpoch, change.After.Lease!.Holder, change.After.StartedAt));
        AssertEvent(change, 3, TaskEventType.TakenOver, 1, """{"agent":"digester","holder":"host-2","epoch":2}""");
    }

    [Fact]
    public void Claim_HolderKnownToHaveEnded_TakesOverAtOnce()
    {
        var claim = First with { Holder = "host-2", HolderHasEnded = holder => holder == "host-1" };

        Assert.Equal(2, Claimed(Running, claim, age: null).After.LeaseEpoch);
    }

    [Fact]
    public void Claim_LapsedAndCancelRequested_StopsTheTask()
    {
        var requested = ((CancelDecision.Requested)TaskDecisions.Cancel(Running, Now)).Change.After;

        var stopped = Assert.IsType<ClaimDecision.Ended>(TaskDecisions.Claim(requested, First, LeaseTime, Now));

        Assert.Equal((TaskState.Cancelled, null, Now, 4), (stopped.Change.After.State, stopped.Change.After.Lease, stopped.Change.After.FinishedAt, stopped.Change.After.LastEvent));
    }

    [Fact]
    public void Claim_AttemptThatIsOver_SaysWhichIsNext()
    {
        var waiting = Retried(Running);

        Assert.Equal(new ClaimDecision.AttemptOver(waiting, 2, Now.AddSeconds(1)), TaskDecisions.Claim(waiting, First, null, Now));
    }

    [Fact]
    public void Claim_BeforeItsTime_SaysWhenItIs() =>
        Assert.Equal(new ClaimDecision.NotDue(Now.AddSeconds(1)), TaskDecisions.Claim(Retried(Running), First with { Number = 2 }, null, Now.AddMilliseconds(999)));

    [Fact]
    public void Claim_NextAttemptAtItsTime_BeginsIt()
    {
        var again = ((ClaimDecision.Claimed)TaskDecisions.Claim(Retried(Running), First with { Number = 2 }, null, Now.AddSeconds(1))).Change.After;

        Assert.Equal((TaskState.Running, 2, 2L, null, Now), (again.State, again.Attempt, again.LeaseEpoch, again.DueAt, again.StartedAt));
    }

    [Fact]
    public void Claim_TaskThatIsOver_AnswersItsOutcome()
    {
        var over = Completed(Running, new AttemptOutcome.Succeeded("1")).After;

        Assert.Equal(new ClaimDecision.AlreadyOver(over), TaskDecisions.Claim(over, First, null, Now));
    }

    [Theory]
    [InlineData(TaskState.Paused)]
    [InlineData(TaskState.Blocked)]
    public void Claim_StateInWhichNothingBegins_IsNotReady(TaskState state) =>
        Assert.Equal(new ClaimDecision.NotReady(state, null), TaskDecisions.Claim(Submitted with { State = state }, First, null, Now));

    [Fact]
    public void Claim_AttemptAfterTheNext_SaysWhichIsNext()
    {
        var (submitted, running) = (Submitted, Running);

        Assert.Equal(new ClaimDecision.AttemptOver(submitted, 1, Now), TaskDecisions.Claim(submitted, First with { Number = 2 }, null, Now));
        Assert.Equal(new ClaimDecision.AttemptOver(running, 1, Now), TaskDecisions.Claim(running, First with { Number = 2 }, LeaseTime, Now));
    }

    [Fact]
    public void Complete_Succeeded_EndsWithTheOutput()
    {
        var change = Completed(Running, new AttemptOutcome.Succeeded("{\"a\":1}"));

        Assert.Equal((TaskState.Succeeded, "{\"a\":1}", null, Now, null, 3), (change.After.State, change.After.Output, change.After.Error, change.After.FinishedAt, change.After.Lease, change.After.LastEvent));
        AssertEvent(change, 3, TaskEventType.Succeeded, 1, null);
    }

    [Fact]
    public void Complete_RetryableFailureWithAttemptsLeft_WaitsForTheNext()
    {
        var decision = Assert.IsType<CompletionDecision.Retry>(TaskDecisions.Complete(Running, Running.Lease!, Failure(true), Now));

        Assert.Equal((2, Now.AddSeconds(1)), (decision.NextAttempt, decision.DueAt));
        Assert.Equal((TaskState.Scheduled, null, new TaskError("boom", "It broke."), Now.AddSeconds(1)), (decision.Change.After.State, decision.Change.After.Lease, decision.Change.After.Error, decision.Change.After.DueAt));
        AssertEvent(decision.Change, 3, TaskEventType.Retrying, 1, """{"code":"boom","message":"It broke.","nextAttempt":2,"dueAt":"2026-11-22T10:20:41.123Z"}""");
    }

    [Fact]
    public void Complete_RetryWithoutDelay_IsQueuedAtOnce()
    {
        var task = Running with { Retry = new RetryPolicy { FirstDelay = TimeSpan.Zero } };

        Assert.Equal(TaskState.Queued, Retried(task).State);
    }

    [Fact]
    public void Complete_FailureNotRetryable_Fails()
    {
        var change = Completed(Running, Failure(false));

        Assert.Equal((TaskState.Failed, new TaskError("boom", "It broke.")), (change.After.State, change.After.Error));
        AssertEvent(change, 3, TaskEventType.Failed, 1, """{"code":"boom","message":"It broke."}""");
    }

    [Fact]
    public void Complete_FailureOfTheLastAttempt_Fails()
    {
        var last = ((ClaimDecision.Claimed)TaskDecisions.Claim(Retried(Running), First with { Number = 2 }, null, Now.AddSeconds(1))).Change.After;

        Assert.Equal(TaskState.Failed, Completed(last, Failure(true)).After.State);
    }

    [Fact]
    public void Complete_SuccessAfterARetry_ClearsTheError()
    {
        var last = ((ClaimDecision.Claimed)TaskDecisions.Claim(Retried(Running), First with { Number = 2 }, null, Now.AddSeconds(1))).Change.After;

        Assert.Null(Completed(last, new AttemptOutcome.Succeeded("1")).After.Error);
    }

    [Fact]
    public void Complete_StoppedWithoutAnybodyAsking_IsTriedAgain() =>
        Assert.IsType<CompletionDecision.Retry>(TaskDecisions.Complete(Running, Running.Lease!, new AttemptOutcome.Stopped(), Now));

    [Fact]
    public void Complete_StoppedOrFailedAfterCancelRequest_IsCancelled()
    {
        var requested = ((CancelDecision.Requested)TaskDecisions.Cancel(Running, Now)).Change.After;

        Assert.Equal(TaskState.Cancelled, Completed(requested, new AttemptOutcome.Stopped()).After.State);
        Assert.Equal(TaskState.Cancelled, Completed(requested, Failure(true)).After.State);
        Assert.Equal(TaskState.Succeeded, Completed(requested, new AttemptOutcome.Succeeded("1")).After.State);
    }

    [Fact]
    public void Complete_OutputTooLarge_FailsWithoutAnotherAttempt()
    {
        var output = "\"" + new string('x', TaskLimits.PayloadBytes - 1) + "\"";

        Assert.Equal(new TaskError("output_too_large", "The output is 4194305 bytes long; at most 4194304 can be stored."), Completed(Running, new AttemptOutcome.Succeeded(output)).After.Error);
    }

    [Fact]
    public void Complete_LongMessage_IsCutBetweenCharacters()
    {
        var message = new string('x', TaskError.MaxMessageLength - 1) + "😀";

        var error = Completed(Running, new AttemptOutcome.Failed(new TaskError("boom", message), IsRetryable: false)).After.Error!;

        Assert.Equal(message[..(TaskError.MaxMessageLength - 1)], error.Message);
    }

    [Fact]
    public void Complete_StaleLease_IsRefused()
    {
        var takenOver = Claimed(Running, First with { Holder = "host-2" }, LeaseTime).After;

        Assert.Equal(new CompletionDecision.Stale(takenOver), TaskDecisions.Complete(takenOver, Running.Lease!, new AttemptOutcome.Succeeded("1"), Now));
    }

    [Fact]
    public void Complete_TaskThatIsOver_IsRefused()
    {
        var over = TaskDecisions.Abandon(Running, new TaskError("gone", "Gone."), Now)!.After;

        Assert.Equal(new CompletionDecision.Stale(over), TaskDecisions.Complete(over, Running.Lease!, new AttemptOutcome.Succeeded("1"), Now));
    }

    [Fact]
    public void Renew_CurrentLease_LeavesNoEvent()
    {
        var change = TaskDecisions.Renew(Running, Running.Lease!)!;

        Assert.Empty(change.Events);
        Assert.Equal(change.Before, change.After);
        Assert.Null(TaskDecisions.Renew(Submitted, Running.Lease!));
    }

    [Fact]
    public void Cancel_Queued_IsCancelledAtOnce()
    {
        var decision = Assert.IsType<CancelDecision.Cancelled>(TaskDecisions.Cancel(Submitted, Now));

        Assert.Equal((TaskState.Cancelled, Now, false), (decision.Change.After.State, decision.Change.After.FinishedAt, decision.Change.After.Unstarted));
        AssertEvent(decision.Change, 2, TaskEventType.Cancelled, null, null);
    }

    [Fact]
    public void Cancel_RunningTwice_IsRequestedOnce()
    {
        var requested = Assert.IsType<CancelDecision.Requested>(TaskDecisions.Cancel(Running, Now)).Change;

        AssertEvent(requested, 3, TaskEventType.CancelRequested, 1, null);
        Assert.Equal(TaskState.Running, requested.After.State);
        Assert.Equal(new CancelDecision.AlreadyRequested(requested.After), TaskDecisions.Cancel(requested.After, Now));
    }

    [Fact]
    public void Cancel_TaskThatIsOver_AnswersIt()
    {
        var over = Completed(Running, new AttemptOutcome.Succeeded("1")).After;

        Assert.Equal(new CancelDecision.AlreadyOver(over), TaskDecisions.Cancel(over, Now));
    }

    [Fact]
    public void Abandon_AnyState_FailsUnlessOver()
    {
        var error = new TaskError("no_agent", "Nobody does it.");

        Assert.All(
            Enum.GetValues<TaskState>(),
            state => Assert.Equal(state.IsTerminal() ? null : TaskState.Failed, TaskDecisions.Abandon(Submitted with { State = state }, error, Now)?.After.State));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Decide_AnyOrderOfWishes_KeepsEventsWithoutGapsAndEndsOnce(int seed)
    {
        var draw = new Random(seed);
        for (var run = 0; run < 200; run++)
        {
            var task = Submitted;
            var ends = 0;
            for (var step = 0; step < 30; step++)
            {
                if (Draw(draw, task) is not { } change)
                    continue;

                Assert.False(task.State.IsTerminal(), $"seed {seed}: changed after its end");
                Assert.Equal(Enumerable.Range(task.LastEvent + 1, change.Events.Count), change.Events.Select(taskEvent => taskEvent.Number));
                Assert.Equal(task.LastEvent + change.Events.Count, change.After.LastEvent);
                Assert.Equal(change.After.State == TaskState.Running, change.After.Lease is not null);
                Assert.True(change.After.LeaseEpoch >= task.LeaseEpoch && change.After.Attempt <= Type.Retry.MaxAttempts, $"seed {seed}");
                task = change.After;
                ends += task.State.IsTerminal() ? 1 : 0;
            }

            Assert.True(ends <= 1, $"seed {seed}: ended {ends} times");
        }
    }

    private static TaskChange? Draw(Random draw, TaskRecord task)
    {
        var now = Now.AddSeconds(draw.Next(5));
        var lease = new AttemptLease(draw.Next(1, 3), draw.Next(1, 5), "host-1", LeaseTime);
        return draw.Next(12) switch
        {
            0 or 1 => TaskDecisions.Claim(task, First with { Number = draw.Next(1, 4) }, TimeSpan.FromSeconds(draw.Next(60)), now) switch
            {
                ClaimDecision.Claimed claimed => claimed.Change,
                ClaimDecision.Ended ended => ended.Change,
                ClaimDecision.GaveUp gaveUp => gaveUp.Change,
                _ => null,
            },
            2 or 3 or 4 or 5 => TaskDecisions.Complete(task, lease, Outcome(draw, now), now, draw.NextDouble()) switch
            {
                CompletionDecision.Over over => over.Change,
                CompletionDecision.Retry retry => retry.Change,
                CompletionDecision.Waiting waiting => waiting.Change,
                _ => null,
            },
            6 when draw.Next(6) == 0 => TaskDecisions.Cancel(task, now) switch
            {
                CancelDecision.Cancelled cancelled => cancelled.Change,
                CancelDecision.Requested requested => requested.Change,
                _ => null,
            },
            7 => TaskDecisions.Pause(task, now) switch
            {
                PauseDecision.Paused paused => paused.Change,
                PauseDecision.Requested requested => requested.Change,
                _ => null,
            },
            8 => (TaskDecisions.Resume(task, now) as ResumeDecision.Resumed)?.Change,
            9 => TaskDecisions.DependencyEnded(task, Id, draw.Next(5) == 0 ? TaskState.Failed : TaskState.Succeeded, now),
            10 => TaskDecisions.AddDependent(task),
            _ => TaskDecisions.Renew(task, lease),
        };
    }

    private static AttemptOutcome Outcome(Random draw, DateTimeOffset now) => draw.Next(6) switch
    {
        0 => new AttemptOutcome.Succeeded("1"),
        1 => new AttemptOutcome.Deferred(now.AddSeconds(1)),
        2 => new AttemptOutcome.Pending(),
        3 => new AttemptOutcome.Stopped(),
        var chance => Failure(chance == 4),
    };

    private static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static AttemptOutcome.Failed Failure(bool isRetryable) => new(new TaskError("boom", "It broke."), isRetryable);

    private static TaskChange Claimed(TaskRecord task, AttemptClaim claim, TimeSpan? age = null) =>
        Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(task, claim, age, Now)).Change;

    private static TaskChange Completed(TaskRecord task, AttemptOutcome outcome) =>
        Assert.IsType<CompletionDecision.Over>(TaskDecisions.Complete(task, task.Lease!, outcome, Now)).Change;

    private static TaskRecord Retried(TaskRecord task) =>
        Assert.IsType<CompletionDecision.Retry>(TaskDecisions.Complete(task, task.Lease!, Failure(true), Now)).Change.After;

    private static void AssertEvent(TaskChange change, int number, TaskEventType type, int? attempt, string? detail)
    {
        var taskEvent = Assert.Single(change.Events);
        Assert.Equal((number, type, Now, attempt, detail), (taskEvent.Number, taskEvent.Type, taskEvent.At, taskEvent.Attempt, taskEvent.Detail is { } json ? JsonSerializer.Serialize(json) : null));
    }
}
