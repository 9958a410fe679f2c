using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Queues;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Queues;

public sealed class TaskQueueFunctionsTests
{
    private static readonly DateTimeOffset Inserted = TestTasks.Start.AddMinutes(-1);

    private readonly TaskRig _rig = new();
    private readonly LogLines<TaskQueueFunctions> _logs = new();
    private readonly DurableClients _clients;
    private readonly MemoryTaskStore _store;
    private readonly TaskQueueFunctions _functions;

    public TaskQueueFunctionsTests()
    {
        (_store, _clients) = (_rig.Store, _rig.Clients);
        _functions = new TaskQueueFunctions(
            _rig.Intake,
            _rig.Submitter,
            _rig.Bin,
            new MessageMask(new TestCatalog(), Options.Create(new DeadLetterOptions())),
            _rig.Storage,
            _rig.Time,
            _logs);
    }

    [Fact]
    public async Task SubmitQueuedTask_DeliveredTwice_OneTask()
    {
        await DeliverAsync("""{"type":"test"}""", "m1");
        await DeliverAsync("""{"type":"test"}""", "m1");
        await DeliverAsync("""{"type":"test"}""", "m2");

        Assert.Equal(2, _store.Count);
        Assert.Equal("queue:tasks", _store[TestTasks.Id(1)].SubmittedBy);
        Assert.Empty(_rig.DeadLetters);
        Assert.Matches("^Message m1 is task [0-9A-Z]{26}, which was submitted before\\.$", Assert.Single(_logs.Lines(LogLevel.Information)));
    }

    [Fact]
    public async Task SubmitQueuedTask_KeyInTheBody_CountsBeforeTheMessageId()
    {
        await DeliverAsync("""{"type":"test","idempotencyKey":"k"}""", "m1");
        await DeliverAsync("""{"type":"test","idempotencyKey":"k"}""", "m2");

        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public async Task SubmitQueuedTask_PermanentlyWrong_DeadLetterAndNothingElse()
    {
        await DeliverAsync("""{"type":"other","extra":1}""", "m1", dequeueCount: 2);

        var letter = Assert.Single(_rig.DeadLetters);
        Assert.Equal("queue:tasks", letter.Source);
        Assert.Equal("m1", letter.Id);
        Assert.Equal(Inserted, letter.ArrivedAt);
        Assert.Equal(TestTasks.Start, letter.DeadAt);
        Assert.Equal("invalid_task", letter.Code);
        Assert.Equal(["/type", "/extra"], letter.Faults.Select(fault => fault.Pointer));
        Assert.Equal(("""{"type":"other","extra":"***"}""", 26, true), (letter.Body, letter.BodyLength, letter.BodyWithheld));
        Assert.Equal(2, letter.DeliveryCount);
        Assert.Equal(0, _store.Count);
    }

    [Theory]
    [InlineData("not json", "invalid_json")]
    [InlineData("", "invalid_json")]
    [InlineData("[]", "invalid_task")]
    public async Task SubmitQueuedTask_Wrong_ItsReason(string body, string code)
    {
        await DeliverAsync(body, "m1");

        Assert.Equal(code, Assert.Single(_rig.DeadLetters).Code);
    }

    [Fact]
    public async Task SubmitQueuedTask_KeyOfAnotherTask_DeadLetter()
    {
        await DeliverAsync("""{"type":"test","idempotencyKey":"k"}""", "m1");
        await DeliverAsync("""{"type":"test","idempotencyKey":"k","input":1}""", "m2");

        Assert.Equal("idempotency_conflict", Assert.Single(_rig.DeadLetters).Code);
    }

    [Fact]
    public async Task SubmitQueuedTask_TooLargeForTheStore_DeadLetter()
    {
        _store.BeforeCall = () => throw new PayloadTooLargeException("The input", 11, 10);

        await DeliverAsync("""{"type":"test"}""", "m1");

        Assert.Equal("payload_too_large", Assert.Single(_rig.DeadLetters).Code);
    }

    [Fact]
    public async Task SubmitQueuedTask_StorageFailsForIt_ThrownSoThatItIsDeliveredAgain()
    {
        _store.BeforeCall = () => throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => DeliverAsync("""{"type":"test"}""", "m1"));
        Assert.Empty(_rig.DeadLetters);
    }

    [Fact]
    public async Task SubmitQueuedTask_StorageAwayForLong_WaitsAndIsThrownSoThatItIsDeliveredAgain()
    {
        _rig.Storage.GoAway();
        _store.BeforeCall = _rig.Storage.ThrowIfAway;

        var delivery = DeliverAsync("""{"type":"test"}""", "m1");
        await Eventually.TrueAsync(() => _rig.Storage.Waits == 1, "the delivery waits for storage");
        await _rig.Time.WhenArmedAsync(1);
        Assert.False(delivery.IsCompleted);
        _rig.Time.Advance(TaskQueueFunctions.Patience);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => delivery.WithinLimitAsync("the delivery fails"));
        Assert.Empty(_rig.DeadLetters);
    }

    [Fact]
    public async Task SubmitQueuedTask_StorageAwayAndBack_SubmittedInTheSameDelivery()
    {
        _rig.Storage.GoAway();
        _store.BeforeCall = _rig.Storage.ThrowIfAway;

        var delivery = DeliverAsync("""{"type":"test"}""", "m1");
        await Eventually.TrueAsync(() => _rig.Storage.Waits == 1, "the delivery waits for storage");
        _rig.Storage.ComeBack();
        await delivery;

        Assert.Equal(1, _store.Count);
        Assert.Equal(["Message m1 waits for storage, which is away."], _logs.Lines(LogLevel.Warning));
    }

    [Fact]
    public async Task BuryPoisonedTask_GivenUpByTheHost_DeadLetter()
    {
        await _functions.BuryPoisonedTask(BinaryData.FromString("""{"type":"test"}"""), Context("m1", 1), CancellationToken.None);

        var letter = Assert.Single(_rig.DeadLetters);
        Assert.Equal(("queue:tasks-poison", "m1", "delivery_failed"), (letter.Source, letter.Id, letter.Code));
    }

    [Fact]
    public async Task BuryPoisonedTask_NotWhatItShouldBe_ItsReason()
    {
        await _functions.BuryPoisonedTask(BinaryData.FromString("100 %"), Context("m1", 1), CancellationToken.None);

        var letter = Assert.Single(_rig.DeadLetters);
        Assert.Equal(("queue:tasks-poison", "invalid_json", "[5 characters that are no JSON]", 1), (letter.Source, letter.Code, letter.Body, letter.Faults.Count));
    }

    [Fact]
    public async Task SubmitQueuedTask_WrongAndDeliveredTwice_OneDeadLetterCountedOnce()
    {
        await DeliverAsync("[]", "m1");
        await DeliverAsync("[]", "m1", dequeueCount: 2);
        await DeliverAsync("not JSON", "m2");

        Assert.Equal([1, 1], _rig.DeadLetters.Select(letter => letter.DeliveryCount));
        Assert.Equal(["orchestrator.dead_letters 1 source=queue:tasks code=invalid_task", "orchestrator.dead_letters 1 source=queue:tasks code=invalid_json"], _rig.Meters.Measured);
    }

    [Fact]
    public void Of_JsonTextAsTheHostSendsIt_Read()
    {
        var info = QueueMessageInfo.Of(TestFunctionContext.Of(("Id", "m1"), ("InsertionTime", "\"2026-11-22T11:59:00+00:00\""), ("DequeueCount", "3")));

        Assert.Equal(new QueueMessageInfo("m1", Inserted, 3), info);
    }

    [Fact]
    public void Of_NothingTold_TheInvocationInstead() =>
        Assert.Equal(new QueueMessageInfo("invocation-1", null, 1), QueueMessageInfo.Of(TestFunctionContext.Of()));

    private Task DeliverAsync(string body, string id, int dequeueCount = 1) =>
        _functions.SubmitQueuedTask(BinaryData.FromString(body), _clients.Client, Context(id, dequeueCount), CancellationToken.None);

    private static FunctionContext Context(string id, int dequeueCount) =>
        TestFunctionContext.Of(("Id", id), ("InsertionTime", Inserted), ("DequeueCount", (long)dequeueCount));
}
