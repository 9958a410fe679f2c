using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>What hazards do to the step, and what they must not do.</summary>
public sealed class HazardousStepTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly HubState _state = new();
    private readonly List<LogRecord> _log = [];
    private readonly ScriptedHazards _hazards = new();

    [Fact]
    public void Event_HeldBack_IsCommittedAtOnceAndReachesItsInstanceLater()
    {
        Take(Begin("a").Turns[0]);

        var sent = Raise("a", "e", holdFor: 10);
        var timer = Assert.Single(sent.Timers);
        var released = Do(s => s.TimeHasCome(timer), timer.At);

        Assert.Equal([new MessageArrived("a", new EventRaised("e", null) { NotBefore = Later(10) })], sent.Records);
        Assert.Empty(sent.Turns);
        Assert.Equal(new DueTimer(Later(10), "a"), timer);
        Assert.Equal([new EventsReleased("a", Later(10))], released.Records);
        Assert.Equal([new TurnStarted(Later(10)), new EventRaised("e", null)], Assert.Single(released.Turns).News);
        Assert.Null(_state.Orchestrations["a"].Held);
    }

    [Fact]
    public void Events_HeldBackUnequally_ComeOutOfOrder()
    {
        Take(Begin("a").Turns[0]);
        Raise("a", "first", holdFor: 20);
        Raise("a", "second", holdFor: 10);
        Raise("a", "third", holdFor: 15);

        var released = Do(s => s.TimeHasCome(new DueTimer(Later(15), "a")), Later(15));

        Assert.Equal(["second", "third"], Assert.Single(released.Turns).News.OfType<EventRaised>().Select(e => e.Name));
        Assert.Equal(["first"], _state.Orchestrations["a"].Held!.Select(e => e.Name));
    }

    [Fact]
    public void Event_WhoseTimerFiresAfterTheClockWasSetBack_IsReleasedAllTheSame()
    {
        Take(Begin("a").Turns[0]);
        var timer = Assert.Single(Raise("a", "e", holdFor: 10).Timers);

        Assert.Single(Do(s => s.TimeHasCome(timer), _now.AddHours(-1)).Turns);
    }

    [Fact]
    public void Event_HeldBackOverContinueAsNew_ReachesTheNextExecution()
    {
        var turn = Begin("a").Turns[0];
        var timer = Assert.Single(Raise("a", "e", holdFor: 10).Timers);
        var next = Assert.Single(Take(turn, new ContinuedAsNew("2", []) { TaskId = 0 }).Turns);
        Take(next);

        var released = Do(s => s.TimeHasCome(timer), Later(10));

        Assert.Equal(("new1", new EventRaised("e", null)), (Assert.Single(released.Turns).ExecutionId, released.Turns[0].News[1]));
    }

    [Fact]
    public void Event_HeldBackOverARestart_IsHeldOnAndReleased()
    {
        Take(Begin("a").Turns[0]);
        Raise("a", "e", holdFor: 10);
        var state = Folded();

        var resumed = new Step(state, Later(5), () => "none");
        resumed.Resume();
        var released = new Step(state, Later(10), () => "none");
        released.TimeHasCome(Assert.Single(resumed.Timers));

        Assert.Equal(new DueTimer(Later(10), "a"), Assert.Single(resumed.Timers));
        Assert.Empty(resumed.Turns);
        Assert.Equal([new TurnStarted(Later(10)), new EventRaised("e", null)], Assert.Single(released.Turns).News);
    }

    [Fact]
    public void Event_HeldBackWhenItsInstanceEnds_IsDropped()
    {
        var turn = Begin("a").Turns[0];
        var timer = Assert.Single(Raise("a", "e", holdFor: 10).Timers);
        Take(turn, new ExecutionCompleted(ExecutionOutcome.Completed, null, null) { TaskId = 0 });

        Assert.Null(_state.Orchestrations["a"].Held);
        Assert.Empty(Do(s => s.TimeHasCome(timer), Later(10)).Records);
    }

    [Fact]
    public void Event_FromAnotherOrchestration_IsHeldBackToo()
    {
        Take(Begin("b").Turns[0]);
        _hazards.EventDelays.Enqueue(TimeSpan.FromMilliseconds(10));

        var step = Take(Begin("a").Turns[0], new EventSent("b", "e", "1") { TaskId = 0 });

        Assert.Equal(new DueTimer(Later(10), "b"), Assert.Single(step.Timers));
        Assert.Equal(new EventRaised("e", "1") { NotBefore = Later(10) }, Assert.Single(_state.Orchestrations["b"].Held!));
    }

    [Fact]
    public void Fold_WithEventsHeldAndReleased_EqualsTheLiveState()
    {
        Take(Begin("a").Turns[0]);
        Raise("a", "first", holdFor: 20);
        Raise("a", "second", holdFor: 10);
        Do(s => s.TimeHasCome(new DueTimer(Later(10), "a")), Later(10));

        Assert.Equal(Text(_state), Text(Folded()));
        Assert.Contains("\"Held\":[{\"Name\":\"first\",\"NotBefore\":\"2026-01-01T00:00:00.02Z\"}]", Text(_state), StringComparison.Ordinal);
    }

    [Fact]
    public void Terminate_HoldsBackNothing()
    {
        Take(Begin("a").Turns[0]);
        _hazards.EventDelays.Enqueue(TimeSpan.FromHours(1));

        Assert.Single(Do(s => s.Send("a", new ExecutionTerminated(null, Recursive: false))).Turns);
    }

    [Fact]
    public void Start_OfAClient_IsDelayed()
    {
        _hazards.StartDelays.Enqueue(TimeSpan.FromMilliseconds(10));

        var step = Begin("a");

        Assert.Empty(step.Turns);
        Assert.Equal(Later(10), Assert.Single(step.Timers).At);
        Assert.Equal(InstanceStatus.Pending, _state.Orchestrations["a"].Status);
        Assert.Single(Do(s => s.TimeHasCome(step.Timers[0]), Later(10)).Turns);
    }

    [Fact]
    public void Start_WhoseTimerFiresAfterTheClockWasSetBack_RunsAllTheSame()
    {
        _hazards.StartDelays.Enqueue(TimeSpan.FromMilliseconds(10));
        var timer = Assert.Single(Begin("a").Timers);

        Assert.Single(Do(s => s.TimeHasCome(timer), _now.AddHours(-1)).Turns);
    }

    [Fact]
    public void Start_ForALaterTime_IsDelayedFromThatTimeOn()
    {
        _hazards.StartDelays.Enqueue(TimeSpan.FromMilliseconds(10));

        var step = Do(s => s.Start("a", Started("a") with { StartAt = Later(1000) }, new HashSet<InstanceStatus>(), null));

        Assert.Equal(Later(1010), Assert.Single(step.Timers).At);
    }

    [Fact]
    public void Start_OfASubOrchestration_IsDelayed()
    {
        _hazards.StartDelays.Enqueue(TimeSpan.Zero);
        _hazards.StartDelays.Enqueue(TimeSpan.FromMilliseconds(10));

        var step = Take(Begin("a").Turns[0], new SubOrchestrationScheduled("Child", "b", null) { TaskId = 0 });

        Assert.Empty(step.Turns);
        Assert.Equal((Later(10), "b"), (Assert.Single(step.Timers).At, step.Timers[0].Key));
    }

    [Fact]
    public void Timer_WithALead_FiresEarlyByTheClockOfItsOrchestration()
    {
        _hazards.Lead = wait => wait / 2;

        var step = Take(Begin("a").Turns[0], new TimerCreated(Later(1000)) { TaskId = 0 });
        var fired = Do(s => s.TimeHasCome(Assert.Single(step.Timers)), Later(500));

        Assert.Equal(Later(500), step.Timers[0].At);
        Assert.Equal([new TurnStarted(Later(500)), new TimerFired(0)], Assert.Single(fired.Turns).News);
    }

    [Fact]
    public void Batch_WithALimit_TakesAPrefixAndTheNextTheRest()
    {
        var first = Do(s => s.Enqueue("@c@1", new EntityRequest("add", "0", null))).Effects.OfType<RunBatch>().Single();
        for (var number = 1; number <= 5; number++)
        {
            Do(s => s.Enqueue("@c@1", new EntityRequest("add", $"{number}", null)));
        }

        _hazards.Limit = 2;
        var second = Finish(first);
        _hazards.Limit = 1;
        var third = Finish(second);
        _hazards.Limit = 100;
        var fourth = Finish(third);

        Assert.Equal([["1", "2"], ["3"], ["4", "5"]], new[] { second, third, fourth }.Select(b => b.Batch.Requests.Select(r => r.Input!)));
    }

    private static DateTime Later(int milliseconds) => _now.AddMilliseconds(milliseconds);

    private static ExecutionStarted Started(string id) => new() { ExecutionId = "x-" + id, Name = "Orchestration", CreatedAt = _now };

    private static string Text(HubState state) => JsonSerializer.Serialize(state.Orchestrations.Values.Single(), HubJson.Default.OrchestrationState);

    private HubState Folded()
    {
        using var group = new LogGroup();
        _log.ForEach(group.Add);
        var state = new HubState();
        foreach (var record in HubJson.ReadGroup(group.Close().Span))
        {
            state.Apply(record);
        }

        return state;
    }

    private RunBatch Finish(RunBatch batch) =>
        Do(s => s.BatchFinished(batch, new EntityBatchResult("1", [.. batch.Batch.Requests.Select(_ => new EntityOutcome(null, null))], []))).Effects.OfType<RunBatch>().Single();

    private Step Raise(string id, string name, int holdFor)
    {
        _hazards.EventDelays.Enqueue(TimeSpan.FromMilliseconds(holdFor));
        return Do(s => Assert.Equal(Delivery.Delivered, s.Send(id, new EventRaised(name, null))));
    }

    private Step Begin(string id) => Do(s => s.Start(id, Started(id), new HashSet<InstanceStatus>(), null));

    private Step Take(OrchestrationTurn turn, params Decision[] decisions) => Do(s => s.TurnFinished(turn, new OrchestrationTurnResult(decisions, null)));

    private Step Do(Action<Step> input, DateTime? now = null)
    {
        var step = new Step(_state, now ?? _now, () => "new1", _hazards);
        input(step);
        _log.AddRange(step.Records);
        return step;
    }
}
