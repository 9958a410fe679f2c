using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

/// <summary>Beginning with slots, and what becomes of them when nobody begins, or nobody works on.</summary>
public sealed class TaskSlotDecisionsTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");
    private static readonly DateTimeOffset Now = Id.CreatedAt.AddSeconds(10);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly AttemptClaim Plain = new(1, "host-1", "agent", Duration);
    private static readonly AttemptClaim Limited = Plain with { NeededSlots = ["key", "type"] };

    [Fact]
    public void Claim_SlotsAreMissing_NamesTheFirstOne()
    {
        var task = Submit();

        Assert.Equal(new ClaimDecision.NeedsSlot(null, "key", 1, SlotRank.Of(task), null), TaskDecisions.Claim(task, Limited, null, Now));
        Assert.Equal("type", Assert.IsType<ClaimDecision.NeedsSlot>(TaskDecisions.Claim(task, Limited with { HeldSlots = ["key"], Ticket = 1 }, null, Now)).Limiter);
    }

    [Fact]
    public void Claim_TimeHasComeAndNoSlot_IsQueued()
    {
        var task = Submit() with { State = TaskState.Scheduled, DueAt = Now };

        var needs = Assert.IsType<ClaimDecision.NeedsSlot>(TaskDecisions.Claim(task, Limited, null, Now));

        Assert.Equal((TaskState.Queued, null, task.LastEvent), (needs.Change!.After.State, needs.Change.After.DueAt, needs.Change.After.LastEvent));
        Assert.Equal(SlotRank.Of(task.Priority, Now), needs.Rank);
    }

    [Fact]
    public void Claim_AllSlots_BeginsAndRemembersThem()
    {
        var change = Begin(Submit());

        Assert.Equal(["key", "type"], change.After.Slots);
        Assert.Equal(1, change.After.LeaseEpoch);
        Assert.Empty(change.Before!.Slots);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Claim_SlotsOfAnotherTicket_AreGoodForNothing(long ticket) =>
        Assert.Equal("key", Assert.IsType<ClaimDecision.NeedsSlot>(TaskDecisions.Claim(Submit(), Limited with { HeldSlots = ["key", "type"], Ticket = ticket }, null, Now)).Limiter);

    [Fact]
    public void Claim_NoLimitAnyMore_BeginsWithoutSlots() =>
        Assert.Empty(Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(Submit(), Plain, null, Now)).Change.After.Slots);

    [Fact]
    public void Claim_TakenOver_KeepsTheSlots()
    {
        var running = Begin(Submit()).After;

        var taken = Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(running, Limited with { Holder = "host-2" }, Duration, Now));

        Assert.Equal(["key", "type"], taken.Change.After.Slots);
        Assert.Equal(2, taken.Lease.Epoch);
    }

    [Fact]
    public void BurnTicket_NobodyHasBegun_TheTicketIsGoodForNothing()
    {
        var burnt = TaskDecisions.BurnTicket(Submit(), 1)!.After;

        Assert.Equal("key", Assert.IsType<ClaimDecision.NeedsSlot>(TaskDecisions.Claim(burnt, Limited with { HeldSlots = ["key", "type"], Ticket = 1 }, null, Now)).Limiter);
        Assert.Null(TaskDecisions.BurnTicket(burnt, 1));
    }

    [Fact]
    public void BurnTicket_InUseOrOver_ChangesNothing()
    {
        var running = Begin(Submit()).After;
        var over = ((CompletionDecision.Over)TaskDecisions.Complete(running, running.Lease!, new AttemptOutcome.Succeeded("1"), Now)).Change.After;

        Assert.Null(TaskDecisions.BurnTicket(running, 2));
        Assert.Null(TaskDecisions.BurnTicket(over, 2));
    }

    [Fact]
    public void PutBack_LeaseLapsedLongAgo_IsQueuedAndTheAttemptHasNotCounted()
    {
        var running = Begin(Submit()).After;

        var back = TaskDecisions.PutBack(running, Duration * 2, Now)!;

        Assert.Equal((TaskState.Queued, 0, null, true), (back.After.State, back.After.Attempt, back.After.Lease, back.After.Unstarted));
        Assert.Equal((TaskEventType.LeaseLapsed, 1), (back.Events.Single().Type, back.Events.Single().Attempt));
        Assert.IsType<CompletionDecision.Stale>(TaskDecisions.Complete(back.After, running.Lease!, new AttemptOutcome.Succeeded("1"), Now));
    }

    [Fact]
    public void PutBack_LeaseIsNotOldEnoughOrNobodys_ChangesNothing()
    {
        var running = Begin(Submit()).After;
        var pending = ((CompletionDecision.Waiting)TaskDecisions.Complete(running, running.Lease!, new AttemptOutcome.Pending(), Now)).Change!.After;

        Assert.Null(TaskDecisions.PutBack(running, (Duration * 2) - TimeSpan.FromTicks(1), Now));
        Assert.Null(TaskDecisions.PutBack(pending, TimeSpan.FromDays(1), Now));
        Assert.Null(TaskDecisions.PutBack(Submit(), TimeSpan.FromDays(1), Now));
    }

    [Fact]
    public void PutBack_NotWantedAnyMore_EndsOrIsHeldBack()
    {
        var running = Begin(Submit()).After;

        Assert.Equal(TaskState.Cancelled, TaskDecisions.PutBack(running with { CancelRequested = true }, Duration * 2, Now)!.After.State);
        Assert.Equal(TaskState.Expired, TaskDecisions.PutBack(running with { FinishBy = Now }, Duration * 2, Now)!.After.State);
        Assert.Equal(TaskState.Paused, TaskDecisions.PutBack(running with { PauseRequested = true }, Duration * 2, Now)!.After.State);
    }

    [Fact]
    public void Cancel_PendingWithSlots_ItsOrchestrationMustGiveThemBack()
    {
        var running = Begin(Submit()).After;
        var pending = ((CompletionDecision.Waiting)TaskDecisions.Complete(running, running.Lease!, new AttemptOutcome.Pending(), Now)).Change!.After;

        Assert.True(((CancelDecision.Cancelled)TaskDecisions.Cancel(pending, Now)).Change.After.Unstarted);
        Assert.False(((CompletionDecision.Over)TaskDecisions.Complete(running, running.Lease!, new AttemptOutcome.Succeeded("1"), Now)).Change.After.Unstarted);
    }

    private static TaskRecord Submit() => TaskDecisions.Submit(Id, new TaskSubmission { Type = new TaskType { Name = "test" } }).After;

    private static TaskChange Begin(TaskRecord task) =>
        Assert.IsType<ClaimDecision.Claimed>(TaskDecisions.Claim(task, Limited with { HeldSlots = ["key", "type"], Ticket = task.LeaseEpoch + 1 }, null, Now)).Change;
}
