using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>The pure step: what an input commits, sets going and leaves behind.</summary>
public sealed class StepTests : StepFixture
{
    [Fact]
    public void Start_ANewInstance_CommitsItAndRunsItsFirstTurn()
    {
        var step = Begin("a");

        Assert.Equal([new TurnStarted(Now), Started("a")], Assert.Single(step.Turns).News);
        Assert.IsType<MessageArrived>(Assert.Single(step.Records));
        Assert.Empty(step.Effects);
    }

    [Fact]
    public void Start_OfAnIdThatWasPurged_SaysThatStorageMayStillHoldIt()
    {
        Take(Begin("a").Turns[0], new ExecutionCompleted(ExecutionOutcome.Completed, null, null) { TaskId = 0 });
        Do(s => s.Purge("a"));

        var again = Begin("a");

        Assert.True(Assert.IsType<MessageArrived>(Assert.Single(again.Records)).ReplacesStored);
    }

    [Fact]
    public void Turn_ThatSchedulesAnActivity_StartsItOnlyAsAnEffect()
    {
        var step = Take(Begin("a").Turns[0], new ActivityScheduled("Work", "1") { TaskId = 0 });

        Assert.Equal(new RunActivity(new ActivityWork("a", "x-a", 0, "Work", "1")), step.Effects.OfType<RunActivity>().Single());
        Assert.Equal(InstanceStatus.Running, State.Orchestrations["a"].Status);
    }

    [Fact]
    public void ActivityFinished_Twice_IsTakenOnce()
    {
        Take(Begin("a").Turns[0], new ActivityScheduled("Work", null) { TaskId = 0 });
        var work = new ActivityWork("a", "x-a", 0, "Work", null);

        var first = Do(s => s.ActivityFinished(work, new TaskCompleted(0, "1")));
        var second = Do(s => s.ActivityFinished(work, new TaskCompleted(0, "2")));

        Assert.Equal(new TaskCompleted(0, "1"), Assert.Single(first.Turns).News[1]);
        Assert.Empty(second.Records);
    }

    [Fact]
    public void ActivityFinished_OfAnExecutionThatContinuedAsNew_IsDropped()
    {
        Take(Begin("a").Turns[0], new ActivityScheduled("Work", null) { TaskId = 0 }, new ContinuedAsNew("2", []) { TaskId = 1 });

        Assert.Empty(Do(s => s.ActivityFinished(new ActivityWork("a", "x-a", 0, "Work", null), new TaskCompleted(0, "late"))).Records);
    }

    [Fact]
    public void ContinuedAsNew_StartsOverAndKeepsEventsInOrder()
    {
        var turn = Begin("a").Turns[0];
        Do(s => s.Send("a", new EventRaised("e", "2")));

        var step = Take(turn, new ContinuedAsNew("\"again\"", [new EventRaised("e", "1")]) { TaskId = 0 });

        var next = Assert.Single(step.Turns);
        Assert.Equal("new1", next.ExecutionId);
        Assert.Empty(next.Past);
        Assert.Equal(
            [new TurnStarted(Now), Started("a") with { ExecutionId = "new1", Input = "\"again\"" }, new EventRaised("e", "1"), new EventRaised("e", "2")], next.News);
        Assert.Contains(new ExecutionEnded("a", "x-a"), step.Effects);
    }

    [Fact]
    public void Message_WhileATurnRuns_WaitsForTheNextTurn()
    {
        var turn = Begin("a").Turns[0];

        Assert.Empty(Do(s => s.Send("a", new EventRaised("e", null))).Turns);
        Assert.Equal([new TurnStarted(Now), new EventRaised("e", null)], Assert.Single(Take(turn).Turns).News);
    }

    [Fact]
    public void SubOrchestration_ThatEnds_AnswersItsParent()
    {
        var child = Assert.Single(Take(Begin("a").Turns[0], new SubOrchestrationScheduled("Child", "b", "1") { TaskId = 0 }).Turns);

        var step = Take(child, new ExecutionCompleted(ExecutionOutcome.Completed, "2", null) { TaskId = 0 });

        Assert.Equal("b", child.InstanceId);
        Assert.Equal(new TaskCompleted(0, "2"), Assert.Single(step.Turns).News[1]);
        Assert.Equal(["b"], State.Orchestrations["a"].Children);
    }

    [Fact]
    public void SubOrchestration_WithTheIdOfALiveOne_FailsInTheParent()
    {
        Begin("b");

        var step = Take(Begin("a").Turns[0], new SubOrchestrationScheduled("Child", "b", null) { TaskId = 0 });

        var failed = Assert.IsType<TaskFailed>(Assert.Single(step.Turns).News[1]);
        Assert.Equal("An Orchestration instance with the ID b already exists.", failed.Failure.Message);
    }

    [Fact]
    public void Termination_Recursive_ReachesOpenChildren()
    {
        Take(Begin("a").Turns[0], new SubOrchestrationScheduled("Child", "b", null) { TaskId = 0 });
        State.Orchestrations["b"].TurnRunning = false;
        var turn = Assert.Single(Do(s => s.Send("a", new ExecutionTerminated(null, Recursive: true))).Turns);

        var step = Take(turn, new ExecutionCompleted(ExecutionOutcome.Terminated, null, null) { TaskId = 1 });

        Assert.Contains(step.Records, r => r is MessageArrived { Key: "b", Message: ExecutionTerminated });
    }

    [Fact]
    public void Start_InTheFuture_RunsWhenItsTimeHasCome()
    {
        var at = Now.AddHours(1);
        var step = Do(s => s.Start("a", Started("a") with { StartAt = at }, new HashSet<InstanceStatus>(), null));

        Assert.Empty(step.Turns);
        var timer = Assert.Single(step.Timers);
        Assert.Equal(at, timer.At);
        Assert.Single(Do(s => s.TimeHasCome(timer), at).Turns);
    }

    [Fact]
    public void Operations_WhileABatchRuns_MakeTheNextBatch()
    {
        var first = Do(s => s.Enqueue("@c@1", new EntityRequest("add", "1", null))).Effects.OfType<RunBatch>().Single();
        Assert.Empty(Do(s => s.Enqueue("@c@1", new EntityRequest("add", "2", null))).Effects);

        var step = Do(s => s.BatchFinished(first, new EntityBatchResult("1", [new EntityOutcome(null, null)], [])));

        var second = step.Effects.OfType<RunBatch>().Single();
        Assert.Equal(("1", "2"), (second.Batch.State, Assert.Single(second.Batch.Requests).Input));
    }

    [Fact]
    public void Operation_InTheFuture_IsNotRunBefore()
    {
        var at = Now.AddMinutes(1);
        var step = Do(s => s.Enqueue("@c@1", new EntityRequest("add", null, null) { DeliverAt = at }));

        Assert.Empty(step.Effects);
        Assert.Single(Do(s => s.TimeHasCome(step.Timers[0]), at).Effects.OfType<RunBatch>());
    }

    [Fact]
    public void Batch_ThatLeavesNothing_RemovesTheEntity()
    {
        var batch = Do(s => s.Enqueue("@c@1", new EntityRequest("delete", null, null))).Effects.OfType<RunBatch>().Single();

        Do(s => s.BatchFinished(batch, new EntityBatchResult(null, [new EntityOutcome(null, null)], [])));

        Assert.Empty(State.Entities);
    }

    [Fact]
    public void EntityCall_IsAnsweredOnceToTheExecutionThatAsked()
    {
        var step = Take(Begin("a").Turns[0], new EntityCalled("@c@1", "get", null) { TaskId = 0 });
        var batch = step.Effects.OfType<RunBatch>().Single();

        var answer = Do(s => s.BatchFinished(batch, new EntityBatchResult("5", [new EntityOutcome("5", null)], [])));

        Assert.Equal(new TaskCompleted(0, "5"), Assert.Single(answer.Turns).News[1]);
    }

    [Fact]
    public void Resume_AfterTheFoldOfTheLog_TakesUpWhatWasOpen()
    {
        Take(Begin("a").Turns[0], new ActivityScheduled("Work", "1") { TaskId = 0 }, new TimerCreated(Now.AddDays(1)) { TaskId = 1 });
        Begin("b");
        Do(s => s.Enqueue("@c@1", new EntityRequest("add", "1", null)));

        var step = Resumed();

        Assert.Equal(["b"], step.Turns.Select(t => t.InstanceId));
        Assert.Equal(new DueTimer(Now.AddDays(1), "a", "x-a", 1), Assert.Single(step.Timers));
        Assert.Single(step.Effects.OfType<RunActivity>());
        Assert.Single(step.Effects.OfType<RunBatch>());
        Assert.Empty(step.Records);
    }

    [Fact]
    public void Fold_OfTheStoredLog_EqualsTheLiveState()
    {
        var turn = Begin("a").Turns[0];
        Take(turn, new ActivityScheduled("Work", "1") { TaskId = 0 }, new EntitySignaled("@c@1", "add", "1") { TaskId = 1 });
        Do(s => s.ActivityFinished(new ActivityWork("a", "x-a", 0, "Work", "1"), new TaskFailed(0, new Failure("T", "m", "s", new Failure("I", "i")))));
        Do(s => s.Send("a", new EventRaised("e", "\"é\"")));

        Assert.Equal(Text(State), Text(Folded()));
    }
}
