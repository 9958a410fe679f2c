using Orchestrator.Functions.Activities;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Limits;
using static Orchestrator.Functions.Tests.Histories.Moves;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>The main ways through the orchestrators.</summary>
internal static class Scenarios
{
    private const string Limiter = "print";
    private static readonly SlotWish _wish = new(Limiter, 1, 7, new SlotLimit(2, 1));
    private static readonly SlotReturn _return = new([Limiter], 1);
    private static readonly SlotWaiter _next = new("01KABCDEF0123456789ABCDEFH", 1, 9);
    private static readonly SlotWaiter _other = new("01KABCDEF0123456789ABCDEFJ", 4, 11, HasRow: true);
    private static readonly SlotPermit _refused = new("01KABCDEF0123456789ABCDEFH", 1, Scenario.Begin.Ticks);

    private static readonly LimiterAnswer _granted = new(SlotOutcome.Granted);
    private static readonly LimiterAnswer _waiting = new(SlotOutcome.Waiting);
    private static readonly AttemptStep _needsSlot = Again(1, 1800) with { Next = AttemptNext.Slot, Wish = _wish };

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Task("success", Answer(AttemptStep.Over(1))),
        Task("retry-then-success", Answer(Again(2, 5)), Fire(), Answer(AttemptStep.Over(2))),
        Task("retry-at-once", Answer(Again(2, 0)), Answer(AttemptStep.Over(2))),
        Task("same-attempt-again", Answer(Again(1, 0)), Fire(), Answer(AttemptStep.Over(1))),
        Task("scheduled", Answer(Again(1, 1800)), Fire(early: 0.8), Fire(), Answer(AttemptStep.Over(1))),
        Task("scheduled-for-later", Answer(AttemptStep.Leave(1))),
        Task("blocked-until-unblocked", Answer(Again(1, 1800)), Raise(), Answer(AttemptStep.Over(1))),
        Task("paused-then-resumed-soon", Answer(Again(2, 60)), Raise(), Answer(Again(2, 1800)), Raise(), Answer(AttemptStep.Over(2))),
        Task("paused-for-ever", Answer(Again(2, 60)), Raise(), Answer(AttemptStep.Leave(2))),
        Task("cancelled-while-it-waits", Answer(Again(2, 60)), Raise(), Answer(AttemptStep.Over(2))),
        Task("changed-while-an-attempt-is-made", Raise(), Answer(Again(2, 60)), Answer(AttemptStep.Over(2))),
        Task("pending-completed-from-outside", Answer(Again(1, 1800)), Raise(), Answer(AttemptStep.Over(1))),
        Task("pending-time-is-up", Answer(Again(1, 1800)), Fire(), Answer(Again(2, 1810)), Fire(), Answer(AttemptStep.Over(2))),
        Task("pending-of-older-releases", Answer(new AttemptStep(AttemptNext.Pending, 1, 0)), Fire(), Answer(new AttemptStep(AttemptNext.Pending, 1, 0)), Raise(), Answer(AttemptStep.Over(1))),
        Task("activity-cannot-be-carried-out", Fail(), Fire(), Answer(AttemptStep.Over(1))),
        Task("others-are-told", Answer(AttemptStep.FollowUp(1)), Answer(FollowUpStep.Done)),
        Task("callback-on-the-third-try", Answer(AttemptStep.FollowUp(1)), Answer(FollowUp(2, 5)), Fire(), Fail(), Fire(), Answer(FollowUp(3, 90)), Fire(), Answer(FollowUpStep.Done)),
        new("callback-after-continue-as-new", nameof(TaskOrchestrator), new TaskRun(51, FollowUpTry: 3, ToldUpTo: "0007"), Answer(AttemptStep.FollowUp(51)), Answer(FollowUpStep.Done)),
        Task("too-many-rounds", [.. Enumerable.Range(2, TaskOrchestrator.RoundsPerHistory).Select(attempt => Answer(Again(attempt, 0)))]),
        Task("slot-at-once", Answer(_needsSlot), Answer(_granted), Answer(AttemptStep.Over(1) with { Return = _return }), Answer(_waiting)),
        Task("slot-after-a-wait", Answer(_needsSlot), Answer(_waiting), Raise(), Answer(_granted), Answer(AttemptStep.Over(1) with { Return = _return }), Answer(_waiting)),
        Task("slot-does-not-come-in-time", Answer(_needsSlot), Answer(_waiting), Fire(), Answer(_waiting), Answer(AttemptStep.Leave(1))),
        Task("slot-behind-many", Answer(_needsSlot), Answer(new LimiterAnswer(SlotOutcome.Full, RefillFor: 5)), Answer(null), Answer(new HandOverResult([])), Answer(_waiting), Raise(), Answer(_granted), Answer(AttemptStep.Over(1))),
        Task("slot-limiter-cannot-be-asked", Answer(_needsSlot), Fail(), Fire(), Answer(_granted), Answer(AttemptStep.Over(1))),
        Task(
            "slot-handed-over-until-taken",
            Answer(AttemptStep.Over(1) with { Return = _return }),
            Answer(new LimiterAnswer(SlotOutcome.Waiting, [_next])),
            Answer(new HandOverResult([_refused], new SlotRows([_other], IsEnd: true, 5), HasNewRows: true)),
            Answer(new LimiterAnswer(SlotOutcome.Waiting, [_other])),
            Fail(),
            Fire(),
            Answer(new HandOverResult([]))),
        Task("slots-of-key-and-type", Answer(_needsSlot), Answer(_granted), Answer(Again(1, 1800) with { Next = AttemptNext.Slot, Wish = _wish with { Limiter = "print:0123" } }), Answer(_granted), Answer(AttemptStep.Over(1) with { Return = new SlotReturn(["print:0123", Limiter], 1) }), Answer(_waiting), Answer(_waiting)),
        new(
            "limiters-put-right",
            nameof(LimiterOrchestrator),
            new LimiterRepair[] { new(Limiter, [_refused], new SlotRows([_other], IsEnd: true, 5), new SlotLimit(2, 1)), new("print:0123", [], null, new SlotLimit(1, 1)) },
            Answer(new LimiterAnswer(SlotOutcome.Waiting, [_other], [_next], [_other])),
            Answer(new HandOverResult([], HasNewRows: true)),
            Answer(_waiting),
            Fail()),
    ];

    private static Scenario Task(string name, params Move[] moves) => new(name, nameof(TaskOrchestrator), new TaskRun(1), moves);

    private static AttemptStep Again(int attempt, int dueInSeconds) => new(AttemptNext.Again, attempt, Scenario.Begin.AddSeconds(dueInSeconds).Ticks);

    private static FollowUpStep FollowUp(int next, int dueInSeconds) => new(IsDone: false, next, Scenario.Begin.AddSeconds(dueInSeconds).Ticks, "0007");
}
