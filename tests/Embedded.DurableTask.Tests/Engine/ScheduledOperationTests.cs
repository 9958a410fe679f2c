using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>Operations that are not to be run before a time: when they join an entity's queue, and where.</summary>
public sealed class ScheduledOperationTests : StepFixture
{
    private const string Entity = "@c@1";

    [Fact]
    public void Scheduled_WhenDue_StandsBehindWhatArrivedBefore()
    {
        var timer = Assert.Single(Signal("later", Now.AddMinutes(1)).Timers);
        var running = Batch(Signal("running"));
        Signal("waiting");
        Do(s => s.TimeHasCome(timer), timer.At);
        Signal("last");

        Assert.Equal(["waiting", "later", "last"], Operations(Finish(running)));
    }

    [Fact]
    public void Scheduled_SeveralAtOnce_RunInTheOrderOfTheirTimesThenOfTheirArrival()
    {
        Signal("third", Now.AddMinutes(2));
        Signal("first", Now.AddMinutes(1));
        Signal("second", Now.AddMinutes(1));
        var timer = new DueTimer(Now.AddMinutes(3), Entity);

        Assert.Equal(["first", "second", "third"], Operations(Do(s => s.TimeHasCome(timer), timer.At)));
    }

    [Fact]
    public void Scheduled_InThePast_IsAPlainOperation()
    {
        var step = Signal("now", Now);

        Assert.Empty(step.Timers);
        Assert.Equal(["now"], Operations(step));
        Assert.Null(Assert.Single(State.Entities[Entity].Waiting).Request.DeliverAt);
    }

    [Fact]
    public void Timer_WhenTheClockWasSetBackMeanwhile_StillDelivers()
    {
        var timer = Assert.Single(Signal("later", Now.AddMinutes(1)).Timers);

        Assert.Equal(["later"], Operations(Do(s => s.TimeHasCome(timer), timer.At.AddSeconds(-1))));
    }

    [Fact]
    public void Timer_ForWhatWasDeliveredAlready_DoesNothing()
    {
        var timer = Assert.Single(Signal("later", Now.AddMinutes(1)).Timers);
        Finish(Batch(Do(s => s.TimeHasCome(timer), timer.At)));

        var again = Do(s => s.TimeHasCome(timer), timer.At);
        Assert.Empty(again.Records);
        Assert.Empty(again.Effects);
    }

    [Fact]
    public void Resume_BeforeTheTime_ArmsTheTimerAgain_AndAfterIt_Delivers()
    {
        Signal("later", Now.AddMinutes(1));

        var early = Resumed();
        Assert.Equal(new DueTimer(Now.AddMinutes(1), Entity), Assert.Single(early.Timers));
        Assert.Empty(early.Effects);

        var late = Resumed(Now.AddHours(1));
        Assert.Empty(late.Timers);
        Assert.Equal(["later"], Operations(late));
    }

    [Fact]
    public void Fold_OfALogWithDeliveries_EqualsTheLiveState()
    {
        var timer = Assert.Single(Signal("later", Now.AddMinutes(1)).Timers);
        Signal("much later", Now.AddMinutes(2));
        Signal("now");
        Do(s => s.TimeHasCome(timer), timer.At);

        Assert.Equal(Text(State), Text(Folded()));
        Assert.Equal(["now", "later"], State.Entities[Entity].Waiting.Select(o => o.Request.Operation));
    }

    [Fact]
    public void Resume_WithARowOfTheFirstVersion_DeliversWhatIsDueInIt()
    {
        const string Row =
            """{"Entity":"@c@1","State":"5","LastModifiedAt":"2026-01-01T00:00:00Z","NextSequence":3,"Queue":[{"Sequence":1,"Request":{"Operation":"late","DeliverAt":"2025-12-31T00:00:00Z"}},{"Sequence":2,"Request":{"Operation":"now","Input":"1"}}]}""";
        State.Entities[Entity] = JsonSerializer.Deserialize(Row, HubJson.Default.EntityState)!;

        Assert.Equal(["now", "late"], Operations(Do(s => s.Resume())));
    }

    private Step Signal(string operation, DateTime? at = null) => Do(s => s.Enqueue(Entity, new EntityRequest(operation, null, null) { DeliverAt = at }));

    private Step Finish(RunBatch batch) =>
        Do(s => s.BatchFinished(batch, new EntityBatchResult("1", [.. batch.Batch.Requests.Select(_ => new EntityOutcome(null, null))], [])));

    private static RunBatch Batch(Step step) => step.Effects.OfType<RunBatch>().Single();

    private static IEnumerable<string> Operations(Step step) => Batch(step).Batch.Requests.Select(r => r.Operation);
}
