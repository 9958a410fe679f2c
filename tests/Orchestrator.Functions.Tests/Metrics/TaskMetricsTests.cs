using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Stats;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Metrics;

public sealed class TaskMetricsTests
{
    private static readonly TaskType _type = TestCatalog.Test with { Retry = new RetryPolicy { MaxAttempts = 2 } };

    private readonly TaskRig _rig = new();

    [Fact]
    public async Task Written_TaskThatFailsOnce_CountedAndTimedOnceEach()
    {
        var task = await _rig.Submitter.StoreAsync(new TaskSubmission { Type = _type }, CancellationToken.None);
        _rig.Time.Advance(task.CreatedAt.AddSeconds(2.5) - _rig.Time.GetUtcNow());
        var (first, lease) = await _rig.ClaimAsync(task.Id);
        await _rig.Lifecycle.CompleteAsync(first, lease, new AttemptOutcome.Failed(new TaskError("broken", "It is broken."), IsRetryable: true), CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromSeconds(4));
        var (second, lease2) = await _rig.ClaimAsync(task.Id, 2);
        await _rig.Lifecycle.CompleteAsync(second, lease2, new AttemptOutcome.Succeeded("1"), CancellationToken.None);

        Assert.Equal(
        [
            "orchestrator.tasks.submitted 1 type=test",
            "orchestrator.attempts.started 1 type=test",
            "orchestrator.task.wait 2.5 type=test",
            "orchestrator.attempts.retried 1 type=test",
            "orchestrator.attempts.started 1 type=test",
            "orchestrator.tasks.ended 1 type=test state=Succeeded",
            "orchestrator.task.run 4 type=test state=Succeeded",
        ],
        _rig.Meters.Measured);
    }

    [Fact]
    public async Task Submitted_KeyThatIsKnown_NotCountedAgain()
    {
        var submission = new TaskSubmission { Type = _type, IdempotencyKey = "a" };

        await _rig.Submitter.StoreAsync(submission, CancellationToken.None);
        await _rig.Submitter.StoreAsync(submission, CancellationToken.None);

        Assert.Equal(["orchestrator.tasks.submitted 1 type=test"], _rig.Meters.Measured);
    }

    [Theory]
    [InlineData("attempt_timed_out", "attempt")]
    [InlineData("heartbeat_timed_out", "heartbeat")]
    public async Task Written_AttemptThatTimesOut_CountedByLimitWhetherOrNotItIsMadeAgain(string code, string limit)
    {
        var id = await _rig.SubmitAsync(submission => submission with { Type = _type });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var (task, lease) = await _rig.ClaimAsync(id, attempt);
            await _rig.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Failed(new TaskError(code, "Too long."), IsRetryable: true), CancellationToken.None);
            _rig.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal([$"timeouts 1 type=test limit={limit}", $"timeouts 1 type=test limit={limit}"], _rig.Meters.Of(TaskMetrics.TimeoutsName));
        Assert.Equal(["tasks.ended 1 type=test state=Failed"], _rig.Meters.Of(TaskMetrics.EndedName));
    }

    [Fact]
    public async Task Written_TaskThatNeverBegins_ExpiredWithoutWaitOrRun()
    {
        var id = await _rig.SubmitAsync(submission => submission with { Type = _type with { Timeouts = new TaskTimeouts { Start = TimeSpan.FromSeconds(5) } } });
        _rig.Time.Advance(TimeSpan.FromSeconds(6));

        await _rig.Lifecycle.ClaimAsync(id, new AttemptClaim(1, "holder", "agent", TimeSpan.FromMinutes(1)), CancellationToken.None);

        Assert.Equal(["orchestrator.tasks.ended 1 type=test state=Expired", "orchestrator.timeouts 1 type=test limit=start"], _rig.Meters.Measured);
    }

    [Fact]
    public async Task Written_TaskThatIsNotOverInTime_ExpiredByItsTotal()
    {
        var id = await _rig.SubmitAsync(submission => submission with { Type = _type with { Timeouts = new TaskTimeouts { Total = TimeSpan.FromSeconds(5) } } });
        _rig.Time.Advance(TimeSpan.FromSeconds(6));

        await _rig.Lifecycle.ClaimAsync(id, new AttemptClaim(1, "holder", "agent", TimeSpan.FromMinutes(1)), CancellationToken.None);

        Assert.Equal(["timeouts 1 type=test limit=total"], _rig.Meters.Of(TaskMetrics.TimeoutsName));
    }

    [Fact]
    public async Task Written_AttemptThatIsTakenOver_NoSecondAttemptAndNoSecondWait()
    {
        var id = await _rig.SubmitAsync(submission => submission with { Type = _type });
        await _rig.ClaimAsync(id);
        var claim = new AttemptClaim(1, "other", "agent", TimeSpan.FromMinutes(1)) { HolderHasEnded = _ => true };

        await _rig.Lifecycle.ClaimAsync(id, claim, CancellationToken.None);

        Assert.Equal(
            ["orchestrator.attempts.started 1 type=test", "orchestrator.task.wait 0 type=test", "orchestrator.attempts.taken_over 1 type=test"], _rig.Meters.Measured);
    }

    [Fact]
    public void Live_Observed_WhatWasCountedLastAndNothingBefore()
    {
        _rig.Meters.Observe();
        Assert.Empty(_rig.Meters.Measured);

        _rig.Metrics.Watch(() => Stand(oldest: null), _rig.Time);
        _rig.Meters.Observe();

        Assert.Equal(
        [
            "tasks.live 0 state=Scheduled", "tasks.live 0 state=Blocked", "tasks.live 3 state=Queued", "tasks.live 2 state=Running", "tasks.live 0 state=Paused",
        ],
        _rig.Meters.Of(TaskMetrics.LiveName));
    }

    [Fact]
    public void OldestQueued_Observed_ItsAgeByNow()
    {
        _rig.Metrics.Watch(() => Stand(new OldestQueued(TestTasks.Id(1), _rig.Time.GetUtcNow() - TimeSpan.FromSeconds(90.5))), _rig.Time);
        _rig.Meters.Observe();

        _rig.Metrics.Watch(() => Stand(oldest: null), _rig.Time);
        _rig.Meters.Observe();

        Assert.Equal(["tasks.oldest_queued 90.5 ", "tasks.oldest_queued 0 "], _rig.Meters.Of(TaskMetrics.OldestQueuedName));
    }

    [Fact]
    public void MostOverdue_Observed_SinceItsTimeByNow()
    {
        _rig.Metrics.Watch(() => Stand(oldest: null, new OverdueTask(TestTasks.Id(1), _rig.Time.GetUtcNow() - TimeSpan.FromSeconds(90.5))), _rig.Time);
        _rig.Meters.Observe();

        _rig.Metrics.Watch(() => Stand(oldest: null), _rig.Time);
        _rig.Meters.Observe();

        Assert.Equal(["tasks.most_overdue 90.5 ", "tasks.most_overdue 0 "], _rig.Meters.Of(TaskMetrics.MostOverdueName));
    }

    [Fact]
    public async Task Written_NobodyListens_AllocatesNothing()
    {
        var metrics = new TaskMetrics(new Meters());
        var id = await _rig.SubmitAsync();
        var queued = _rig.Store[id];
        var claimed = (ClaimDecision.Claimed)TaskDecisions.Claim(queued, new AttemptClaim(1, "holder", "agent", TimeSpan.FromMinutes(1)), age: null, TestTasks.Start);
        var over = (CompletionDecision.Over)TaskDecisions.Complete(claimed.Change.After, claimed.Lease, new AttemptOutcome.Succeeded("1"), TestTasks.Start);
        metrics.Written(claimed.Change);
        metrics.Written(over.Change);

        var before = GC.GetAllocatedBytesForCurrentThread();
        metrics.Written(claimed.Change);
        metrics.Written(over.Change);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static TaskStatistics Stand(OldestQueued? oldest, OverdueTask? overdue = null)
    {
        var states = new Dictionary<TaskState, long> { [TaskState.Queued] = 3, [TaskState.Running] = 2, [TaskState.Succeeded] = 99 };
        var finished = new FinishedTasks(TestTasks.Start, TestTasks.Start, new Dictionary<TaskState, long>(), new DurationHistogram(), new DurationHistogram());
        return new TaskStatistics(new TaskCounts(states, new Dictionary<string, long>(), TestTasks.Start, IsPartial: false), new Dictionary<string, long>(), oldest, overdue, finished);
    }
}
