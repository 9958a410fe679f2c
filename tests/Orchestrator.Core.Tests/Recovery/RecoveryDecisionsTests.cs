using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Recovery;

public sealed class RecoveryDecisionsTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");
    private static readonly DateTimeOffset Now = Id.CreatedAt.AddHours(1);
    private static readonly AttemptLease Lease = new(1, 1, "host", TimeSpan.FromSeconds(30)) { Deadline = Now.AddHours(3) };

    private static TaskRecord Task(TaskState state) => new() { Id = Id, Type = "t", State = state, UpdatedAt = Now.AddMinutes(-30) };

    public static TheoryData<RecoveryNeed, TaskRecord> Old => new()
    {
        { RecoveryNeed.Orchestration, Task(TaskState.Queued) },
        { RecoveryNeed.Start, Task(TaskState.Queued) with { Unstarted = true } },
        { RecoveryNeed.Orchestration, Task(TaskState.Running) with { Lease = Lease } },
        { RecoveryNeed.None, Task(TaskState.Running) with { Lease = Lease with { Duration = TimeSpan.FromHours(1) } } },
        { RecoveryNeed.None, Task(TaskState.Running) with { Lease = Lease with { IsPending = true } } },
        { RecoveryNeed.Wake, Task(TaskState.Running) with { Lease = Lease with { IsPending = true, Deadline = Now.AddMinutes(-2) } } },
        { RecoveryNeed.None, Task(TaskState.Running) with { Lease = Lease with { IsPending = true, Deadline = Now.AddMinutes(-1) } } },
        { RecoveryNeed.Wake, Task(TaskState.Running) with { Lease = Lease with { IsPending = true }, FinishBy = Now.AddMinutes(-2) } },
        { RecoveryNeed.None, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(1) } },
        { RecoveryNeed.Wake, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(-2) } },
        { RecoveryNeed.Wake, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(1), ExpiresAt = Now.AddMinutes(-3) } },
        { RecoveryNeed.Dependencies, Task(TaskState.Blocked) },
        { RecoveryNeed.Wake, Task(TaskState.Blocked) with { FinishBy = Now.AddMinutes(-2) } },
        { RecoveryNeed.None, Task(TaskState.Paused) },
        { RecoveryNeed.Wake, Task(TaskState.Paused) with { FinishBy = Now.AddMinutes(-2) } },
        { RecoveryNeed.None, Task(TaskState.Succeeded) },
        { RecoveryNeed.Start, Task(TaskState.Succeeded) with { Unstarted = true } },
    };

    [Theory]
    [MemberData(nameof(Old))]
    public void Of_LeftAloneForLong_IsWhatMayHaveGotLost(RecoveryNeed expected, TaskRecord task) => Assert.Equal(expected, RecoveryDecisions.Of(task, TimeSpan.FromMinutes(30), Now));

    [Theory]
    [MemberData(nameof(Old))]
    public void Of_WrittenOrChangedJustNow_IsNothing(RecoveryNeed expected, TaskRecord task)
    {
        Assert.Equal(RecoveryNeed.None, RecoveryDecisions.Of(task, TimeSpan.FromMinutes(1), Now));
        Assert.Equal(RecoveryNeed.None, RecoveryDecisions.Of(task with { UpdatedAt = Now.AddMinutes(-1) }, TimeSpan.FromMinutes(30), Now));
        Assert.True(expected is RecoveryNeed.None || RecoveryDecisions.MayNeed(task, Now) || task.ExpiresAt is not null, "It would not be looked at.");
    }

    [Theory]
    [InlineData(RecoveryNeed.None, 11, 11)]
    [InlineData(RecoveryNeed.Wake, 12, 12)]
    [InlineData(RecoveryNeed.None, 30, 5)]
    [InlineData(RecoveryNeed.None, 30, null)]
    public void Of_PendingAttempt_IsWokenOnceItIsSilentForTooLong(RecoveryNeed expected, int minutesSinceWritten, int? minutesOfSilence)
    {
        var task = Task(TaskState.Running) with { Lease = Lease with { IsPending = true }, HeartbeatTimeout = TimeSpan.FromMinutes(10) };
        var age = TimeSpan.FromMinutes(minutesSinceWritten);

        Assert.Equal(minutesSinceWritten >= 12, RecoveryDecisions.MayBeSilent(task, age));
        Assert.Equal(expected, RecoveryDecisions.Of(task, age, Now, minutesOfSilence is { } minutes ? TimeSpan.FromMinutes(minutes) : null));
    }

    [Fact]
    public void MayBeSilent_NoSignOfLifeIsExpected_IsNot()
    {
        Assert.False(RecoveryDecisions.MayBeSilent(Task(TaskState.Running) with { Lease = Lease with { IsPending = true } }, TimeSpan.FromDays(1)));
        Assert.False(RecoveryDecisions.MayBeSilent(Task(TaskState.Running) with { Lease = Lease, HeartbeatTimeout = TimeSpan.FromMinutes(1) }, TimeSpan.FromDays(1)));
        Assert.False(RecoveryDecisions.MayBeSilent(Task(TaskState.Queued) with { HeartbeatTimeout = TimeSpan.FromMinutes(1) }, TimeSpan.FromDays(1)));
    }

    [Fact]
    public void MayNeed_OverOrFarAhead_IsNot()
    {
        Assert.False(RecoveryDecisions.MayNeed(Task(TaskState.Failed), Now));
        Assert.False(RecoveryDecisions.MayNeed(Task(TaskState.Scheduled) with { DueAt = Now }, Now));
        Assert.True(RecoveryDecisions.MayNeed(Task(TaskState.Scheduled) with { DueAt = Now, Unstarted = true }, Now));
    }

    public static TheoryData<bool, TaskRecord> LeftBehind => new()
    {
        { true, Task(TaskState.Queued) },
        { true, Task(TaskState.Queued) with { Unstarted = true } },
        { true, Task(TaskState.Running) with { Lease = Lease } },
        { true, Task(TaskState.Running) with { Lease = Lease with { Duration = TimeSpan.FromHours(1) } } },
        { false, Task(TaskState.Running) with { Lease = Lease with { IsPending = true } } },
        { true, Task(TaskState.Running) with { Lease = Lease with { IsPending = true }, HeartbeatTimeout = TimeSpan.FromMinutes(10) } },
        { true, Task(TaskState.Running) with { Lease = Lease with { IsPending = true }, HeartbeatTimeout = TimeSpan.FromHours(2) } },
        { true, Task(TaskState.Running) with { Lease = Lease with { IsPending = true, Deadline = Now.AddMinutes(59) } } },
        { true, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(59) } },
        { false, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(61) } },
        { true, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(61), ExpiresAt = Now.AddMinutes(59) } },
        { false, Task(TaskState.Scheduled) with { DueAt = Now.AddMinutes(61), HeartbeatTimeout = TimeSpan.FromMinutes(10) } },
        { false, Task(TaskState.Blocked) },
        { true, Task(TaskState.Blocked) with { FinishBy = Now.AddMinutes(59) } },
        { false, Task(TaskState.Paused) },
        { false, Task(TaskState.Succeeded) },
        { true, Task(TaskState.Succeeded) with { Unstarted = true } },
    };

    [Theory]
    [MemberData(nameof(LeftBehind))]
    public void MustBeTakenOver_WhatSomebodySleptOrWorkedFor_IsAtOnce(bool isTakenOver, TaskRecord task) =>
        Assert.Equal(isTakenOver, RecoveryDecisions.MustBeTakenOver(task, Now));

    [Fact]
    public void IsLeftBehind_WrittenBeforeTheChangeAndOpen_Is()
    {
        var task = Task(TaskState.Queued);

        Assert.True(RecoveryDecisions.IsLeftBehind(task, task.UpdatedAt.AddSeconds(1)));
        Assert.False(RecoveryDecisions.IsLeftBehind(task, task.UpdatedAt));
        Assert.False(RecoveryDecisions.IsLeftBehind(task, null));
        Assert.False(RecoveryDecisions.IsLeftBehind(task with { State = TaskState.Failed }, task.UpdatedAt.AddSeconds(1)));
        Assert.True(RecoveryDecisions.IsLeftBehind(task with { State = TaskState.Failed, Unstarted = true }, task.UpdatedAt.AddSeconds(1)));
    }
}
