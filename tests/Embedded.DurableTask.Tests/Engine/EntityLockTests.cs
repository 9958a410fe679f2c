using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>How locks on entities are granted, held and released.</summary>
public sealed class EntityLockTests : StepFixture
{
    private const string A = "@c@a";
    private const string B = "@c@b";

    public static TheoryData<string> Ends => ["completed", "failed", "terminated", "again"];

    [Fact]
    public void Lock_OfFreeEntities_IsHeldAndAnsweredAtOnce()
    {
        var step = Take(Begin("o").Turns[0], Lock(0, A, B));

        Assert.Equal(new TaskCompleted(0, null), Assert.Single(step.Turns).News[1]);
        Assert.Equal((Holder("o"), Holder("o")), (State.Entities[A].LockedBy, State.Entities[B].LockedBy));
        Assert.Empty(step.Effects.OfType<RunBatch>());
    }

    [Fact]
    public void Lock_OfAnEntityWithAQueue_WaitsItsTurn()
    {
        var running = Batch(Signal(A, "running"));
        Signal(A, "before");
        var asked = Take(Begin("o").Turns[0], Lock(0, A));
        Signal(A, "behind");
        Assert.Empty(asked.Turns);

        var before = Finish(running);
        Assert.Equal(["before"], Operations(before));
        Assert.Empty(before.Turns);

        var granted = Finish(Batch(before));
        Assert.Single(granted.Turns);
        Assert.Empty(granted.Effects.OfType<RunBatch>());
        Assert.Equal(["behind"], State.Entities[A].Waiting.Select(o => o.Request.Operation));
    }

    [Fact]
    public void Lock_OfASecondEntityThatIsTaken_HoldsTheFirstAndWaits()
    {
        Locked("other", B);

        var step = Take(Begin("o").Turns[0], Lock(0, A, B));
        Assert.Empty(step.Turns);
        Assert.Equal((Holder("o"), Holder("other")), (State.Entities[A].LockedBy, State.Entities[B].LockedBy));

        var released = Unlocked("other", B);
        Assert.Equal("o", Assert.Single(released.Turns, t => t.InstanceId == "o").InstanceId);
        Assert.Equal(Holder("o"), State.Entities[B].LockedBy);
    }

    [Fact]
    public void Locked_RunsTheHoldersCallsOnly_AndTheOthersInTheirOrderAfterwards()
    {
        var turn = Locked("o", A);
        Signal(A, "first");
        Take(Begin("other").Turns[0], new EntityCalled(A, "second", null) { TaskId = 0 });

        var call = Take(turn, new EntityCalled(A, "mine", null) { TaskId = 1 });
        Assert.Equal(["mine"], Operations(call));
        var answered = Finish(Batch(call));
        Assert.Empty(answered.Effects.OfType<RunBatch>());

        var released = Take(Assert.Single(answered.Turns), Unlock(2, A));
        Assert.Equal(["first", "second"], Operations(released));
    }

    [Fact]
    public void Release_WithCallsOfTheHolderStillWaiting_RunsThemBeforeTheOthers()
    {
        var turn = Locked("o", A);
        Signal(A, "other");

        var step = Take(turn, new EntityCalled(A, "mine", null) { TaskId = 1 }, new EntityCalled(A, "mine too", null) { TaskId = 2 }, Unlock(3, A));
        Assert.Equal(["mine"], Operations(step));
        Assert.Equal(["mine too", "other"], Operations(Finish(Batch(step))));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void End_WithLocksHeld_ReleasesThem(string end)
    {
        var turn = Locked("o", A, B);
        Signal(B, "waiting");

        Assert.Equal(["waiting"], Operations(Take(turn, End(end, 1))));
        Assert.Equal([B], State.Entities.Keys);
        Assert.Null(State.Entities[B].LockedBy);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void End_WhileLocksAreAwaited_GivesUpTheRequestAndWhatItHasGot(string end)
    {
        Locked("other", B);
        Take(Begin("o").Turns[0], Lock(0, A, B));
        var turn = Assert.Single(Do(s => s.Send("o", new EventRaised("e", null))).Turns);

        Take(turn, End(end, 1));
        Assert.Equal([B], State.Entities.Keys);
        Assert.Empty(State.Entities[B].Queue);

        Unlocked("other", B);
        Assert.Empty(State.Entities);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void End_InTheTurnThatAsksForLocks_LeavesNothing(string end)
    {
        Locked("other", B);

        Take(Begin("o").Turns[0], Lock(0, A, B), End(end, 1));
        Assert.Equal([B], State.Entities.Keys);
        Assert.Empty(State.Entities[B].Queue);
    }

    [Fact]
    public void Lock_OfTheExecutionThatFollows_IsAnother()
    {
        var turn = Locked("o", A);
        var next = Assert.Single(Take(turn, End("again", 1)).Turns);

        var step = Take(next, Lock(0, A));
        Assert.Equal(new EntityCaller("o", "new1", 0), State.Entities[A].LockedBy);
        Assert.Single(step.Turns);
    }

    [Fact]
    public void Lock_AfterARelease_InTheSameTurn_IsGranted()
    {
        var turn = Locked("o", A);

        var step = Take(turn, Unlock(1, A), Lock(2, A, B));
        Assert.Equal(new TaskCompleted(2, null), Assert.Single(step.Turns).News[1]);
        Assert.Equal(new EntityCaller("o", "x-o", 2), State.Entities[A].LockedBy);
    }

    [Fact]
    public void Scheduled_ThatFallsDueWhileLocked_WaitsForTheRelease()
    {
        var timer = Assert.Single(Do(s => s.Enqueue(A, new EntityRequest("later", null, null) { DeliverAt = Now.AddMinutes(1) })).Timers);
        var turn = Locked("o", A);

        Assert.Empty(Do(s => s.TimeHasCome(timer), timer.At).Effects);
        Assert.Equal(["later"], Operations(Take(turn, Unlock(1, A))));
    }

    [Fact]
    public void Resume_KeepsTheLockOfALiveInstance()
    {
        Locked("o", A);
        Signal(A, "waiting");

        var step = Resumed();
        Assert.Empty(step.Records);
        Assert.Empty(step.Effects.OfType<RunBatch>());
        Assert.Equal(new TaskCompleted(0, null), Assert.Single(step.Turns).News[1]);
    }

    [Theory]
    [InlineData("gone", "x-gone", 0)]
    [InlineData("o", "x-earlier", 0)]
    [InlineData("o", "x-o", 7)]
    public void Resume_FreesTheLockOfAnInstanceThatIsGone(string instance, string execution, int lockId)
    {
        Begin("o");
        State.Entities[A] = new EntityState
        {
            Entity = A,
            LockedBy = new EntityCaller(instance, execution, lockId),
            Queue = [new QueuedOperation(0, new EntityRequest("waiting", null, null))],
            NextSequence = 1,
        };

        var step = Do(s => s.Resume());
        Assert.Equal(["waiting"], Operations(step));
        Assert.Null(State.Entities[A].LockedBy);
    }

    [Fact]
    public void Clean_FreesOrphansAndCountsThemAndWhatIsGoneWithThem()
    {
        Locked("live", "@c@1");
        foreach (var (entity, state) in new[] { ("@c@0", null), ("@c@2", "5"), ("@c@3", null), ("@c@4", null) })
        {
            State.Entities[entity] = new EntityState { Entity = entity, State = state, LockedBy = Holder("gone") };
        }

        State.Entities["@c@5"] = new EntityState { Entity = "@c@5", State = "1" };

        Assert.Equal(new EntityCleaning(0, 0, "@c@2"), Clean(true, false, null, 3));
        Assert.Equal(new EntityCleaning(0, 1, "@c@0"), Clean(false, true, null, 1));
        Assert.Equal(new EntityCleaning(1, 2, "@c@3"), Clean(true, true, "@c@0", 3));
        Assert.Equal(new EntityCleaning(1, 1, null), Clean(true, true, "@c@3", 3));
        Assert.Equal(["@c@1", "@c@2", "@c@5"], State.Entities.Keys.Order());
        Assert.Equal([Holder("live"), null, null], State.Entities.OrderBy(e => e.Key).Select(e => e.Value.LockedBy));
    }

    [Fact]
    public void Grant_ToAnInstanceThatIsGone_IsPassedOver()
    {
        var request = new EntityRequest(string.Empty, null, new EntityCaller("gone", "x", 0)) { IsLock = true };
        var running = Batch(Signal(A, "running"));
        Do(s => s.Enqueue(A, request));
        Signal(A, "behind");

        Assert.Equal(["behind"], Operations(Finish(running)));
        Assert.Equal([A], State.Entities.Keys);
    }

    [Fact]
    public void Lock_OfManyEntities_IsGrantedInOneStep()
    {
        string[] many = [.. Enumerable.Range(0, 20_000).Select(n => $"@c@{n:D5}")];

        Assert.Single(Locked("o", many).News.OfType<TaskCompleted>());
        Assert.All(many, e => Assert.Equal(Holder("o"), State.Entities[e].LockedBy));
    }

    [Fact]
    public void Fold_OfALogWithLocks_EqualsTheLiveState()
    {
        var turn = Locked("o", A, B);
        Take(Begin("other").Turns[0], Lock(0, B, "@c@c"));
        Signal(A, "waiting");
        Take(turn, new EntityCalled(A, "mine", null) { TaskId = 1 });
        Assert.Equal(Text(State), Text(Folded()));
        Assert.Equal(["mine", "waiting"], State.Entities[A].Queue.Select(o => o.Request.Operation));

        Do(s => s.Send("o", new ExecutionTerminated(null, Recursive: false)));
        Assert.Equal(Text(State), Text(Folded()));
    }

    [Fact]
    public void Formats_OfLocks_AreAsWritten()
    {
        LogRecord[] records =
        [
            new TurnTaken("o", Now, 1, [Lock(0, A, B), Unlock(1, A, B)], null),
            new OperationArrived(A, 4, new EntityRequest(string.Empty, null, Holder("o")) { IsLock = true }),
            new OperationsDue(A, [2, 3]),
            new LockGranted(A, Now, 4),
            new LockReleased(A, Now, Holder("o")),
        ];

        const string Expected =
            """
            [{"$r":"turn","At":"2026-01-01T00:00:00Z","Consumed":1,"Decisions":[{"$e":"lock","Entities":["@c@a","@c@b"],"TaskId":0},{"$e":"unlock","LockId":0,"Entities":["@c@a","@c@b"],"TaskId":1}],"Key":"o"},
            {"$r":"op","Sequence":4,"Request":{"Operation":"","Caller":{"InstanceId":"o","ExecutionId":"x-o","TaskId":0},"IsLock":true},"Key":"@c@a"},
            {"$r":"due","Sequences":[2,3],"Key":"@c@a"},
            {"$r":"granted","At":"2026-01-01T00:00:00Z","Sequence":4,"Key":"@c@a"},
            {"$r":"released","At":"2026-01-01T00:00:00Z","Holder":{"InstanceId":"o","ExecutionId":"x-o","TaskId":0},"Key":"@c@a"}]
            """;
        Assert.Equal(Expected.ReplaceLineEndings(string.Empty), JsonSerializer.Serialize(records, HubJson.Default.LogRecordArray));
    }

    private static EntitiesLocked Lock(int taskId, params string[] entities) => new(entities) { TaskId = taskId };

    private static EntitiesUnlocked Unlock(int taskId, params string[] entities) => new(0, entities) { TaskId = taskId };

    private static EntityCaller Holder(string instance) => new(instance, "x-" + instance, 0);

    private static Decision End(string end, int taskId) => end switch
    {
        "completed" => new ExecutionCompleted(ExecutionOutcome.Completed, null, null) { TaskId = taskId },
        "failed" => new ExecutionCompleted(ExecutionOutcome.Failed, null, new Failure("T", "m")) { TaskId = taskId },
        "terminated" => new ExecutionCompleted(ExecutionOutcome.Terminated, null, null) { TaskId = taskId },
        _ => new ContinuedAsNew(null, []) { TaskId = taskId },
    };

    /// <summary>An instance that has asked for the locks as its first decision.</summary>
    /// <returns>The turn with the answer.</returns>
    private OrchestrationTurn Locked(string instance, params string[] entities) =>
        Assert.Single(Take(Begin(instance).Turns[0], Lock(0, entities)).Turns);

    /// <summary>Has an instance that stands before its next turn release its locks.</summary>
    private Step Unlocked(string instance, params string[] entities)
    {
        var state = State.Orchestrations[instance];
        return Take(
            new OrchestrationTurn(instance, state.Start.ExecutionId, state.History, [new TurnStarted(Now), .. state.Inbox]), Unlock(1, entities));
    }

    private EntityCleaning Clean(bool removeEmpty, bool releaseOrphans, string? after, int most)
    {
        EntityCleaning? result = null;
        Do(s => result = s.CleanEntities(removeEmpty, releaseOrphans, after, most));
        return result!;
    }

    private Step Signal(string entity, string operation) => Do(s => s.Enqueue(entity, new EntityRequest(operation, null, null)));

    private Step Finish(RunBatch batch) =>
        Do(s => s.BatchFinished(batch, new EntityBatchResult("1", [.. batch.Batch.Requests.Select(_ => new EntityOutcome(null, null))], [])));

    private static RunBatch Batch(Step step) => step.Effects.OfType<RunBatch>().Single();

    private static IEnumerable<string> Operations(Step step) => Batch(step).Batch.Requests.Select(r => r.Operation);
}
