using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Limits;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Orchestrations;

/// <summary>How an orchestration gets slots and gives them back.</summary>
public sealed class TaskOrchestratorSlotTests
{
    private const string Id = "01KABCDEF0123456789ABCDEFG";
    private static readonly DateTime Start = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);
    private static readonly SlotWish Wish = new("test", 1, 7, new SlotLimit(2, 1));

    private readonly Mock<TaskOrchestrationContext> _context = new();
    private readonly Queue<AttemptStep> _steps = new();
    private readonly Queue<LimiterAnswer?> _answers = new();
    private readonly Queue<HandOverResult?> _results = new();
    private readonly List<object> _calls = [];
    private readonly TaskCompletionSource<string> _changed = new();
    private Task _timer = Task.CompletedTask;
    private bool _isStorageAway;
    private DateTime _now = Start;

    public TaskOrchestratorSlotTests()
    {
        var entities = new Mock<TaskOrchestrationEntityFeature>();
        entities.Setup(feature => feature.CallEntityAsync<LimiterAnswer>(It.IsAny<EntityInstanceId>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CallEntityOptions?>()))
            .Returns((EntityInstanceId id, string operation, object? input, CallEntityOptions? _) =>
            {
                Assert.Equal(LimiterEntity.IdOf("test"), id);
                _calls.Add(input!);
                return _answers.Dequeue() is { } answer
                    ? Task.FromResult(answer)
                    : Task.FromException<LimiterAnswer>(new EntityOperationFailedException(id, operation, new TaskFailureDetails("type", "broken", null, null, null)));
            });
        _context.Setup(context => context.CreateReplaySafeLogger(It.IsAny<string>())).Returns(NullLogger.Instance);
        _context.Setup(context => context.Entities).Returns(entities.Object);
        _context.Setup(context => context.InstanceId).Returns(Id);
        _context.Setup(context => context.CurrentUtcDateTime).Returns(() => _now);
        _context.Setup(context => context.GetInput<TaskRun>()).Returns(new TaskRun(1));
        _context.Setup(context => context.CallActivityAsync<AttemptStep>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? _) =>
            {
                _calls.Add(input!);
                return Task.FromResult(_steps.Dequeue());
            });
        _context.Setup(context => context.CallActivityAsync<HandOverResult>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? _) =>
            {
                _calls.Add(input!);
                return _results.Dequeue() is { } result ? Task.FromResult(result) : Task.FromException<HandOverResult>(new TaskFailedException(nameof(HandOverActivity), 0, new InvalidOperationException("away")));
            });
        _context.Setup(context => context.CallActivityAsync(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName name, object? input, TaskOptions? _) =>
            {
                Assert.Equal(nameof(SlotQueueActivity), name.Name);
                _calls.Add(input!);
                return _isStorageAway ? Task.FromException(new TaskFailedException(name.Name, 0, new InvalidOperationException("away"))) : Task.CompletedTask;
            });
        _context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>()))
            .Returns((DateTime until, CancellationToken _) =>
            {
                _calls.Add(until);
                if (_timer.IsCompleted)
                    _now = until;
                return _timer;
            });
        _context.Setup(context => context.WaitForExternalEvent<string>(TaskOrchestrator.ChangedEvent, It.IsAny<CancellationToken>())).Returns(_changed.Task);
    }

    [Fact]
    public async Task RunAsync_SlotIsThere_BeginsWithItAndGivesItBack()
    {
        Enqueue(_steps, NeedsSlot, AttemptStep.Over(1) with { Return = new SlotReturn(["test"], 1) });
        Enqueue(_answers, Granted, new LimiterAnswer(SlotOutcome.Waiting));

        await TaskOrchestrator.RunAsync(_context.Object);

        AssertCalls(
            new AttemptRequest(Id, 1),
            new LimiterAsk(new SlotWaiter(Id, 1, 7), new SlotLimit(2, 1)),
            new AttemptRequest(Id, 1) { Slots = ["test"], Ticket = 1 },
            new LimiterFree(Id, 1));
    }

    [Fact]
    public async Task RunAsync_NoSlot_WaitsForItsTurnAndAsksWithoutTheLimitOfThen()
    {
        Enqueue(_steps, NeedsSlot, AttemptStep.Over(1));
        Enqueue(_answers, new LimiterAnswer(SlotOutcome.Waiting), Granted);
        _timer = new TaskCompletionSource().Task;

        var run = TaskOrchestrator.RunAsync(_context.Object);
        Assert.False(run.IsCompleted);
        _changed.SetResult("");
        await run.WithinLimitAsync("The orchestration goes on.");

        AssertCalls(
            new AttemptRequest(Id, 1),
            new LimiterAsk(new SlotWaiter(Id, 1, 7), new SlotLimit(2, 1)),
            Start.AddHours(1),
            new LimiterAsk(new SlotWaiter(Id, 1, 7), null),
            new AttemptRequest(Id, 1) { Slots = ["test"], Ticket = 1 });
    }

    [Fact]
    public async Task RunAsync_TooManyWait_StandsInTheRowsBeforeItAsksAgain()
    {
        Enqueue(_steps, NeedsSlot, AttemptStep.Over(1));
        Enqueue(_answers, Full, Waiting, Waiting, Granted);
        Enqueue(_results, new HandOverResult([], Rows));

        await TaskOrchestrator.RunAsync(_context.Object);

        AssertCalls(
            new AttemptRequest(Id, 1),
            new LimiterAsk(new SlotWaiter(Id, 1, 7), new SlotLimit(2, 1)),
            new SlotQueueRequest("test", new SlotWaiter(Id, 1, 7)),
            new HandOverRequest("test", Full),
            new LimiterSettle([], Rows),
            new LimiterAsk(new SlotWaiter(Id, 1, 7, HasRow: true), new SlotLimit(2, 1)),
            Start.AddHours(1),
            new LimiterAsk(new SlotWaiter(Id, 1, 7), null),
            new AttemptRequest(Id, 1) { Slots = ["test"], Ticket = 1 });
    }

    [Fact]
    public async Task RunAsync_Over_HandsTheSlotOverUntilSomebodyTakesIt()
    {
        var first = new SlotWaiter("first", 1, 1, HasRow: false);
        var second = new SlotWaiter("second", 1, 2, HasRow: false);
        Enqueue(_steps, AttemptStep.Over(1) with { Return = new SlotReturn(["test"], 3) });
        Enqueue(_answers, new LimiterAnswer(SlotOutcome.Waiting, [first]), new LimiterAnswer(SlotOutcome.Waiting, [second]));
        Enqueue(_results, new HandOverResult([new SlotPermit("first", 1, 0)]), new HandOverResult([]));

        await TaskOrchestrator.RunAsync(_context.Object);

        AssertCalls(
            new AttemptRequest(Id, 1),
            new LimiterFree(Id, 3),
            new HandOverRequest("test", new LimiterAnswer(SlotOutcome.Waiting, [first])),
            new LimiterSettle([new SlotPermit("first", 1, 0)]),
            new HandOverRequest("test", new LimiterAnswer(SlotOutcome.Waiting, [second])));
    }

    [Fact]
    public async Task RunAsync_LimiterCannotBeAsked_AsksLater()
    {
        Enqueue(_steps, NeedsSlot, AttemptStep.Over(1));
        Enqueue(_answers, null, Granted);

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Contains(Start + TaskOrchestrator.FaultDelay, _calls);
        Assert.Equal("test", ((AttemptRequest)_calls[^1]).Slots!.Single());
    }

    [Fact]
    public async Task RunAsync_RowCannotBeWritten_AsksLater()
    {
        Enqueue(_steps, NeedsSlot, AttemptStep.Over(1));
        Enqueue(_answers, Full, Granted);
        _isStorageAway = true;

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Contains(Start + TaskOrchestrator.FaultDelay, _calls);
        Assert.Equal("test", ((AttemptRequest)_calls[^1]).Slots!.Single());
    }

    [Fact]
    public async Task RunAsync_HandOverFails_IsTriedUntilItIsDone()
    {
        Enqueue(_steps, AttemptStep.Over(1) with { Return = new SlotReturn(["test"], 3) });
        Enqueue(_answers, new LimiterAnswer(SlotOutcome.Waiting, [], [new SlotWaiter("displaced", 1, 1)]), Waiting);
        Enqueue(_results, null, null, new HandOverResult([], HasNewRows: true));

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Equal(3, _calls.OfType<HandOverRequest>().Count());
        Assert.Equal(Text(new LimiterSettle([], HasNewRows: true)), Text(_calls[^1]));
    }

    [Fact]
    public async Task RunAsync_StepsNameTheSameSlots_GivesThemBackOnce()
    {
        var back = new SlotReturn(["test"], 1);
        Enqueue(_steps, AttemptStep.Again(2, new DateTimeOffset(Start)) with { Return = back }, AttemptStep.Over(2) with { Return = back });
        Enqueue(_answers, Waiting);

        await TaskOrchestrator.RunAsync(_context.Object);

        Assert.Single(_calls.OfType<LimiterFree>());
    }

    [Fact]
    public async Task RunAsync_LimiterIsPutRight_SettlesIt()
    {
        _context.Setup(context => context.GetInput<IReadOnlyList<LimiterRepair>>()).Returns([new LimiterRepair("test", [new SlotPermit("dead", 1, 0)], null, new SlotLimit(3, 1))]);
        Enqueue(_answers, Waiting);

        await LimiterOrchestrator.RunAsync(_context.Object);

        AssertCalls(new LimiterSettle([new SlotPermit("dead", 1, 0)], Limit: new SlotLimit(3, 1)));
    }

    private static AttemptStep NeedsSlot => AttemptStep.Again(1, new DateTimeOffset(Start.AddHours(1))) with { Next = AttemptNext.Slot, Wish = Wish };

    private static LimiterAnswer Full => new(SlotOutcome.Full, RefillFor: 5);

    private static SlotRows Rows => new([], IsEnd: true, 5);

    private static LimiterAnswer Granted => new(SlotOutcome.Granted, [], []);

    private static LimiterAnswer Waiting => new(SlotOutcome.Waiting, [], []);

    private static void Enqueue<T>(Queue<T> queue, params T[] items)
    {
        foreach (var item in items)
            queue.Enqueue(item);
    }

    /// <summary>Lists in records are compared by what is in them, as they travel as JSON.</summary>
    private void AssertCalls(params object[] expected) =>
        Assert.Equal(expected.Select(Text), _calls.Select(Text));

    private static string Text(object call) => $"{call.GetType().Name} {System.Text.Json.JsonSerializer.Serialize(call)}";
}
