using System.Text.Json;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.FollowUps;

public sealed class FollowUpRunnerTests
{
    private static readonly TimeSpan[] _delays =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(1),
    ];

    private readonly TaskRig _rig = new();

    [Fact]
    public async Task RunAsync_ManyDependents_EachIsToldOnceAndWoken()
    {
        const int count = 250;
        var id = await _rig.SubmitAsync();
        var dependents = new List<TaskId>();
        for (var i = 0; i < count; i++)
            dependents.Add(await SubmitTiedAsync(id));
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));

        var first = await RunAsync(id, 1);
        Assert.Equal(new FollowUpStep(IsDone: false, 1, 0, dependents.Order().ElementAt(199).ToString()), first);
        Assert.Equal(FollowUpStep.Done, await RunAsync(id, 1, first.After));
        Assert.Equal(FollowUpStep.Done, await RunAsync(id, 1));

        Assert.All(dependents, dependent => Assert.Equal([TaskEventType.Submitted, TaskEventType.Unblocked], _rig.Store.EventTypes(dependent)));
        Assert.Equal(dependents.Select(dependent => dependent.ToString()).Order(StringComparer.Ordinal), _rig.Clients.Started.Order(StringComparer.Ordinal));
        Assert.False(_rig.Store[id].Unstarted);
    }

    [Fact]
    public async Task RunAsync_DiedHalfWay_TheRestIsToldAndNobodyTwice()
    {
        var id = await _rig.SubmitAsync();
        var dependents = new[] { await SubmitTiedAsync(id), await SubmitTiedAsync(id), await SubmitTiedAsync(id) };
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        var writes = 0;
        _rig.Store.BeforeApply = _ =>
        {
            if (++writes == 2)
                throw new IOException("away");
        };

        await Assert.ThrowsAsync<IOException>(() => RunAsync(id, 1));
        Assert.True(_rig.Store[id].Unstarted);
        Assert.Equal(FollowUpStep.Done, await RunAsync(id, 1));

        Assert.All(dependents, dependent => Assert.Equal([TaskEventType.Submitted, TaskEventType.Unblocked], _rig.Store.EventTypes(dependent)));
        Assert.All(dependents, dependent => Assert.Contains(dependent.ToString(), _rig.Clients.Started));
    }

    [Fact]
    public async Task RunAsync_CallbackIsGivenUpAfterItsTaskWasPurged_LeavesNoDeadLetter()
    {
        var id = await SubmitWithCallbackAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        _rig.Siblings.Answers.Enqueue(Failed(isRetryable: false));
        _rig.Siblings.BeforeAnswer = async () =>
        {
            await _rig.Lifecycle.EndFollowUpsAsync(id, CallbackState.Delivered, CancellationToken.None);
            await _rig.Store.DeleteAsync(id, CancellationToken.None);
        };

        Assert.Equal(FollowUpStep.Done, await RunAsync(id, 1));

        Assert.Empty(_rig.DeadLetters);
    }

    [Fact]
    public async Task RunAsync_Callback_TriedWithGrowingDelaysUntilItArrives()
    {
        var id = await SubmitWithCallbackAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("""{"a":1}"""));
        _rig.Siblings.Answers.Enqueue(Failed(isRetryable: true));

        var first = await RunAsync(id, 1);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await RunAsync(id, first.Try);

        Assert.Equal(new FollowUpStep(IsDone: false, 2, TestTasks.Start.AddSeconds(1).UtcTicks), first);
        Assert.Equal(FollowUpStep.Done, second);
        Assert.Equal((CallbackState.Delivered, false), (_rig.Store[id].Callback!.State, _rig.Store[id].Unstarted));
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.Succeeded, TaskEventType.CallbackDelivered], _rig.Store.EventTypes(id));
        Assert.Equal(2, _rig.Siblings.Callbacks.Count);
        Assert.Equal(_rig.Siblings.Callbacks[0], _rig.Siblings.Callbacks[1]);
        using var body = JsonDocument.Parse(_rig.Siblings.Callbacks[0].Body);
        Assert.Equal((id.ToString(), "Succeeded", """{"a":1}"""), (body.RootElement.GetProperty("id").GetString(), body.RootElement.GetProperty("state").GetString(), body.RootElement.GetProperty("output").GetRawText()));
        Assert.Empty(_rig.DeadLetters);
    }

    [Fact]
    public async Task RunAsync_CallbackIsRefusedForGood_DeadLetterAndTheDependentsAreTold()
    {
        var id = await SubmitWithCallbackAsync();
        var dependent = await SubmitTiedAsync(id);
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        _rig.Siblings.Answers.Enqueue(Failed(isRetryable: false));

        Assert.Equal(FollowUpStep.Done, await RunAsync(id, 1));

        var letter = Assert.Single(_rig.DeadLetters);
        Assert.Equal(("callback", id.ToString(), "callback_status", "It said no.", 1), (letter.Source, letter.Id, letter.Code, letter.Reason, letter.DeliveryCount));
        Assert.Equal(_rig.Siblings.Callbacks.Single().Body, letter.Body);
        Assert.Equal(CallbackState.Failed, _rig.Store[id].Callback!.State);
        Assert.Equal(TaskEventType.CallbackFailed, _rig.Store.EventTypes(id)[^1]);
        Assert.Equal(TaskState.Queued, _rig.Store[dependent].State);
    }

    [Fact]
    public async Task RunAsync_CallbackNeverArrives_GivenUpAfterTheLastDelay()
    {
        var id = await SubmitWithCallbackAsync();
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);
        for (var i = 0; i <= _delays.Length; i++)
            _rig.Siblings.Answers.Enqueue(Failed(isRetryable: true));

        var step = new FollowUpStep(IsDone: false, 1, _rig.Time.GetUtcNow().UtcTicks);
        foreach (var delay in _delays)
        {
            step = await RunAsync(id, step.Try);
            Assert.Equal(delay, TimeSpan.FromTicks(step.DueAtTicks - _rig.Time.GetUtcNow().UtcTicks));
            _rig.Time.Advance(delay);
        }

        Assert.Equal(FollowUpStep.Done, await RunAsync(id, step.Try));
        Assert.Equal(9, Assert.Single(_rig.DeadLetters).DeliveryCount);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Cancelled, TaskEventType.CallbackFailed], _rig.Store.EventTypes(id));
    }

    [Fact]
    public async Task RunAsync_NotOverOrGoneOrDone_NothingToDo()
    {
        var id = await SubmitWithCallbackAsync();

        Assert.Equal(FollowUpStep.Done, await RunAsync(id, 1));
        Assert.Equal(FollowUpStep.Done, await RunAsync(TestTasks.Id(99), 1));
        Assert.Empty(_rig.Siblings.Callbacks);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(90, 90)]
    [InlineData(90_000, 3_600)]
    public async Task RunAsync_ReceiverAsksToBeLeftAlone_IsLeftAloneForUpToAnHour(int asked, int waited)
    {
        var id = await SubmitWithCallbackAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        _rig.Siblings.Answers.Enqueue(Failed(isRetryable: true) with { RetryAfter = TimeSpan.FromSeconds(asked) });

        Assert.Equal(new FollowUpStep(IsDone: false, 2, TestTasks.Start.AddSeconds(waited).UtcTicks), await RunAsync(id, 1));
    }

    private static CallbackAnswer.Failed Failed(bool isRetryable) => new CallbackAnswer.Failed(new TaskError("callback_status", "It said no."), isRetryable);

    private Task<FollowUpStep> RunAsync(TaskId id, int number, string? after = null) =>
        _rig.FollowUps.RunAsync(_rig.Clients.Client, new FollowUpRequest(id.ToString(), number, after), CancellationToken.None);

    private Task<TaskId> SubmitWithCallbackAsync() => _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });

    private async Task<TaskId> SubmitTiedAsync(TaskId predecessor)
    {
        var id = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([predecessor], DependencyCondition.AllSucceeded) });
        await _rig.Starter.StartAsync(_rig.Clients.Client, _rig.Store[id], CancellationToken.None);
        return id;
    }
}
