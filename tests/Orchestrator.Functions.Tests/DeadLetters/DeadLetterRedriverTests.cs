using System.Text;
using Orchestrator.Errors;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.DeadLetters;

public sealed class DeadLetterRedriverTests
{
    private readonly TaskRig _rig = new();

    [Fact]
    public async Task Redrive_Message_IsTheTaskOfItsFirstDelivery()
    {
        var id = await AddAsync("""{"type":"test"}""");
        _rig.Time.Advance(TimeSpan.FromMinutes(1));

        var first = await RedriveAsync(id);
        var second = await RedriveAsync(id);

        Assert.Equal(new DeadLetterRedrive(TestTasks.Start.AddMinutes(1), RedriveOutcome.Submitted, TestTasks.Id(1), Error: null), first.Redrive! with { Faults = [] });
        Assert.Equal((DeadLetterState.Redriven, 1, 1), (second.State, second.Redrives, _rig.Store.Count));
        Assert.Equal(("m1", "dead-letter:m1"), (_rig.Store[TestTasks.Id(1)].IdempotencyKey, _rig.Store[TestTasks.Id(1)].SubmittedBy));
        Assert.Equal([TestTasks.Id(1).ToString()], _rig.Clients.Started);
    }

    [Fact]
    public async Task Redrive_MessageThatHadAKey_KeepsIt()
    {
        await RedriveAsync(await AddAsync("""{"type":"test","idempotencyKey":"k"}"""));

        Assert.Equal("k", _rig.Store[TestTasks.Id(1)].IdempotencyKey);
    }

    [Fact]
    public async Task Redrive_StillWrong_RefusedWithItsFaultsUntilItIsMended()
    {
        var id = await AddAsync("""{"type":"other","extra":1}""");

        var refused = await RedriveAsync(id);
        var mended = await RedriveAsync(id, """{"type":"test"}""");

        Assert.Equal((DeadLetterState.Dead, RedriveOutcome.Refused, "invalid_task", 1), (refused.State, refused.Redrive!.Outcome, refused.Redrive.Error!.Code, refused.Redrives));
        Assert.Equal(["/type", "/extra"], refused.Redrive.Faults.Select(fault => fault.Pointer));
        Assert.Equal((DeadLetterState.Redriven, RedriveOutcome.Submitted, 2), (mended.State, mended.Redrive!.Outcome, mended.Redrives));
        Assert.Equal("""{"type":"other","extra":1}""", mended.Body);
    }

    [Fact]
    public async Task Redrive_TooLargeForTheStore_Refused()
    {
        var id = await AddAsync("""{"type":"test"}""");
        _rig.Store.BeforeCall = () => throw new PayloadTooLargeException("The input", 11, 10);

        var letter = await RedriveAsync(id);

        Assert.Equal((RedriveOutcome.Refused, "payload_too_large"), (letter.Redrive!.Outcome, letter.Redrive.Error!.Code));
    }

    [Fact]
    public async Task Redrive_StorageAway_ThrownAndNothingWrittenDown()
    {
        var id = await AddAsync("""{"type":"test"}""");
        _rig.Store.BeforeCall = () => throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => RedriveAsync(id));

        Assert.Equal(0, Assert.Single(_rig.DeadLetters).Redrives);
    }

    [Fact]
    public async Task Redrive_BodyThatWasCut_OnlyWithAnother()
    {
        var id = await AddAsync("""{"type":"te""", letter => letter with { BodyTruncated = true, BodyLength = 15 });

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RedriveAsync(id))).Problem;
        var mended = await RedriveAsync(id, """{"type":"test"}""");

        Assert.Equal((409, "dead_letter_truncated"), (problem.Status, problem.Code));
        Assert.Equal($"The body of dead letter {id} had 15 characters or more, of which only the first were kept. Send the whole body as 'body'.", problem.Detail);
        Assert.Equal(DeadLetterState.Redriven, mended.State);
        Assert.Equal(DeadLetterState.Redriven, (await RedriveAsync(id)).State);
    }

    [Fact]
    public async Task Redrive_BodyWithValuesThatWereNotKept_OnlyWithAnother()
    {
        var id = await AddAsync("""{"type":"test","input":"***"}""", letter => letter with { BodyWithheld = true });

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RedriveAsync(id))).Problem;
        var mended = await RedriveAsync(id, """{"type":"test","input":"a"}""");

        Assert.Equal((409, "dead_letter_withheld"), (problem.Status, problem.Code));
        Assert.Equal((DeadLetterState.Redriven, 1), (mended.State, mended.Redrives));
    }

    [Fact]
    public async Task Redrive_AnotherBodyAfterASuccess_Refused()
    {
        var id = await AddAsync("""{"type":"test"}""");
        await RedriveAsync(id);

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RedriveAsync(id, """{"type":"test","input":2}"""))).Problem;

        Assert.Equal((409, "dead_letter_redriven"), (problem.Status, problem.Code));
        Assert.Equal($"Dead letter {id} has become task {TestTasks.Id(1)}. Nothing was changed; submit another task if you want one.", problem.Detail);
    }

    [Fact]
    public async Task Redrive_NoSuchLetter_NotFound()
    {
        var id = DeadLetterId.New(TestTasks.Start, new string('0', 20));

        Assert.Equal("dead_letter_not_found", (await Assert.ThrowsAsync<ProblemException>(() => RedriveAsync(id))).Problem.Code);
    }

    [Fact]
    public async Task Redrive_DiscardedMeanwhile_SaysWhatCameOfIt()
    {
        var id = await AddAsync("""{"type":"test"}""");
        _rig.Store.BeforeCall = () => _ = _rig.DeadLetterStore.DeleteAsync(id, CancellationToken.None);

        Assert.Equal(DeadLetterState.Redriven, (await RedriveAsync(id)).State);
        Assert.Empty(_rig.DeadLetters);
    }

    [Fact]
    public async Task Redrive_Callback_FailsUntilItArrives()
    {
        var (task, id) = await GiveUpAsync();
        _rig.Siblings.Answers.Enqueue(new CallbackAnswer.Failed(new TaskError("callback_status", "No."), IsRetryable: true));

        var failed = await RedriveAsync(id);
        var delivered = await RedriveAsync(id);
        var again = await RedriveAsync(id);

        Assert.Equal((DeadLetterState.Dead, RedriveOutcome.Failed, task, "callback_status"), (failed.State, failed.Redrive!.Outcome, failed.Redrive.Task, failed.Redrive.Error!.Code));
        Assert.Equal((DeadLetterState.Redriven, RedriveOutcome.Delivered, task), (delivered.State, delivered.Redrive!.Outcome, delivered.Redrive.Task));
        Assert.Equal((2, 3), (again.Redrives, _rig.Siblings.Callbacks.Count));
        Assert.Equal(CallbackState.Delivered, _rig.Store[task].Callback!.State);
        Assert.Equal([TaskEventType.CallbackFailed, TaskEventType.CallbackDelivered], _rig.Store.EventTypes(task).TakeLast(2));
    }

    [Fact]
    public async Task Redrive_CallbackThatHasArrivedUnnoticed_IsNotSentAgain()
    {
        var (task, id) = await GiveUpAsync();
        await _rig.Lifecycle.EndCallbackAsync(task, CancellationToken.None);

        Assert.Equal(RedriveOutcome.Delivered, (await RedriveAsync(id)).Redrive!.Outcome);
        Assert.Single(_rig.Siblings.Callbacks);
        Assert.Single(_rig.Store.EventTypes(task), TaskEventType.CallbackDelivered);
    }

    [Fact]
    public async Task Redrive_CallbackOfATaskThatIsGone_Failed()
    {
        var (task, id) = await GiveUpAsync();
        await _rig.Store.DeleteAsync(task, CancellationToken.None);

        var letter = await RedriveAsync(id);

        Assert.Equal((RedriveOutcome.Failed, "task_not_found"), (letter.Redrive!.Outcome, letter.Redrive.Error!.Code));
    }

    [Fact]
    public async Task Redrive_CallbackWithABody_Refused()
    {
        var (_, id) = await GiveUpAsync();

        var problem = (await Assert.ThrowsAsync<ProblemException>(() => RedriveAsync(id, "1"))).Problem;

        Assert.Equal((400, "invalid_redrive", "/body"), (problem.Status, problem.Code, Assert.Single(problem.Errors!).Pointer));
    }

    private async Task<DeadLetter> RedriveAsync(DeadLetterId id, string? body = null) =>
        (await _rig.Redriver.RedriveAsync(_rig.Clients.Client, id, body is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(body), CancellationToken.None)).Letter;

    private async Task<DeadLetterId> AddAsync(string body, Func<DeadLetter, DeadLetter>? change = null)
    {
        var letter = new DeadLetter
        {
            Source = "queue:tasks",
            Id = "m1",
            ArrivedAt = TestTasks.Start,
            DeadAt = TestTasks.Start,
            Code = "invalid_task",
            Reason = "It is no task.",
            Body = body,
        };
        await _rig.DeadLetterStore.AddAsync(change is null ? letter : change(letter), CancellationToken.None);
        return _rig.DeadLetterStore.IdOf(0);
    }

    /// <summary>A task that is over, and whose callback was refused.</summary>
    private async Task<(TaskId Task, DeadLetterId Letter)> GiveUpAsync()
    {
        var task = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });
        await _rig.EndAsync(task, new AttemptOutcome.Succeeded("1"));
        _rig.Siblings.Answers.Enqueue(new CallbackAnswer.Failed(new TaskError("callback_status", "No."), IsRetryable: false));
        await _rig.FollowUps.RunAsync(_rig.Clients.Client, new(task.ToString(), 1), CancellationToken.None);
        return (task, _rig.DeadLetterStore.IdOf(0));
    }
}
