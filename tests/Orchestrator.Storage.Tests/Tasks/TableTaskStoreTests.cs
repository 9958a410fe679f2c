using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Tasks;

public sealed class TableTaskStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Submit_ATask_IsReadBackAsItWas()
    {
        await using var store = await Store.StartAsync(azurite);
        var created = await store.SubmitAsync("""{ "a" : "é" }""", key: null, "x", "y/z");

        var read = (await store.Tasks.GetAsync(created.Record.Id, None))!;

        Assert.Equivalent(created.Record, read.Record, strict: true);
        Assert.Equal(created.Version, read.Version);
        Assert.Equal((TaskState.Queued, """{ "a" : "é" }""", "A title"), (read.Record.State, read.Record.Input, read.Record.Title));
        Assert.InRange(read.Age!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(null, 3, 13)]
    [InlineData("key", 4, 14)]
    public async Task PlainTask_OverItsLife_TakesAtMostFifteenRowWrites(string? key, int requests, int rows)
    {
        await using var store = await Store.StartAsync(azurite);
        await store.FinishAsync((await store.SubmitAsync()).Record.Id);

        var counted = await store.CountAsync(async () => await store.FinishAsync((await store.SubmitAsync("{}", key)).Record.Id));

        Assert.Equal((requests, rows), counted);
        Assert.True(counted.Rows <= 15);
    }

    [Fact]
    public async Task PlainTask_OverItsLife_LeavesEventsWithoutGapsAndOneIndexRowByState()
    {
        await using var store = await Store.StartAsync(azurite);
        var id = (await store.SubmitAsync()).Record.Id;
        var finished = await store.FinishAsync(id, "{\"words\":3}");

        var read = (await store.Tasks.GetAsync(id, None))!.Record;
        var events = await store.Tasks.GetEventsAsync(id, 0, None);

        Assert.Equivalent(finished, read, strict: true);
        Assert.Equal((TaskState.Succeeded, "{\"words\":3}", 1, "digester"), (read.State, read.Output, read.Attempt, read.Agent));
        Assert.Equal([(1, TaskEventType.Submitted), (2, TaskEventType.Started), (3, TaskEventType.Succeeded)], events.Select(taskEvent => (taskEvent.Number, taskEvent.Type)));
        Assert.Equal("""{"agent":"digester","holder":"host-1","epoch":1}""", events[1].Detail!.Value.GetRawText());
        Assert.Equal([3], (await store.Tasks.GetEventsAsync(id, 2, None)).Select(taskEvent => taskEvent.Number));
        Assert.Equal(
            [TaskKeys.Agent("digester", id), TaskKeys.Event(id, 1), TaskKeys.Event(id, 2), TaskKeys.Event(id, 3), TaskKeys.State(TaskState.Succeeded, id), TaskKeys.Task(id), TaskKeys.Type("text.digest", id)],
            (await RowsAsync(store, id)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_TaskThatIsNotThere_IsNull()
    {
        await using var store = await Store.StartAsync(azurite);
        var id = TaskId.New(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero), 0, new SeededRandomSource(1));

        Assert.Null(await store.Tasks.GetAsync(id, None));
        Assert.Empty(await store.Tasks.GetEventsAsync(id, 0, None));
        Assert.Null(await store.Lifecycle.ClaimAsync(id, Store.Claim(), None));
        Assert.Null(await store.Lifecycle.CancelAsync(id, None));
        Assert.Null(await store.Lifecycle.AbandonAsync(id, new TaskError("a", "b"), None));
    }

    [Fact]
    public async Task Submit_SameKeyAgain_IsTheSameTask()
    {
        await using var store = await Store.StartAsync(azurite);
        var first = await store.SubmitAsync("[1, 2]", "k/ey");

        var again = Assert.IsType<SubmitOutcome.Existing>(await store.Tasks.SubmitAsync(Store.Submission("[1,2]", "k/ey"), None));

        Assert.Equal(first.Record.Id, again.Task.Record.Id);
        Assert.Equal(new SubmitOutcome.KeyConflict(first.Record.Id), await store.Tasks.SubmitAsync(Store.Submission("[2]", "k/ey"), None));
        Assert.Equal([first.Record.Id], (await ListAsync(store)).Select(task => task.Id));
    }

    [Fact]
    public async Task Submit_SameKeyByManyAtOnce_IsOneTask()
    {
        await using var one = await Store.StartAsync(azurite);
        await using var two = await Store.StartAsync(azurite, sharing: one);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? one : two).Tasks.SubmitAsync(Store.Submission("{}", "same"), None)));

        var ids = outcomes.Select(outcome => outcome switch
        {
            SubmitOutcome.Created created => created.Task.Record.Id,
            SubmitOutcome.Existing existing => existing.Task.Record.Id,
            _ => throw new InvalidOperationException(outcome.ToString()),
        });
        Assert.Single(ids.Distinct());
        Assert.Single(outcomes.OfType<SubmitOutcome.Created>());
    }

    [Fact]
    public async Task Submit_KeyWhoseSubmitterDied_FinishesItsTask()
    {
        await using var store = await Store.StartAsync(azurite);
        var submission = Store.Submission("{}", "half");
        var id = store.Services.GetRequiredService<TaskIdSource>().Next().Id;
        await store.Services.GetRequiredService<Orchestrator.Storage.Tasks.IdempotencyTable>().TakeAsync(submission, "half", id, None);

        var created = Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(submission, None));

        Assert.Equal(id, created.Task.Record.Id);
        Assert.Equal(id, (await store.Tasks.GetAsync(id, None))!.Record.Id);
    }

    [Fact]
    public async Task Submit_KeyHasRunOut_IsAnotherTask()
    {
        await using var store = await Store.StartAsync(azurite);
        var submission = Store.Submission("1", "for an hour") with { IdempotencyLifetime = TimeSpan.FromHours(1) };
        var first = Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(submission, None)).Task.Record.Id;

        store.Time.Advance(TimeSpan.FromMinutes(59));
        var before = await store.Tasks.SubmitAsync(submission, None);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        var after = await store.Tasks.SubmitAsync(submission with { Input = "2" }, None);

        Assert.Equal(first, Assert.IsType<SubmitOutcome.Existing>(before).Task.Record.Id);
        Assert.NotEqual(first, Assert.IsType<SubmitOutcome.Created>(after).Task.Record.Id);
    }

    [Fact]
    public async Task Submit_SameKeyInTwoScopes_IsTwoTasks()
    {
        await using var store = await Store.StartAsync(azurite);

        var outcomes = new[]
        {
            await store.Tasks.SubmitAsync(Store.Submission("1", "k") with { IdempotencyScope = "one" }, None),
            await store.Tasks.SubmitAsync(Store.Submission("1", "k") with { IdempotencyScope = "two" }, None),
            await store.Tasks.SubmitAsync(Store.Submission("1", "k"), None),
            await store.Tasks.SubmitAsync(Store.Submission("1", "one!k"), None),
        };

        Assert.All(outcomes, outcome => Assert.IsType<SubmitOutcome.Created>(outcome));
    }

    [Fact]
    public async Task Submit_NameTaken_LeavesTheKeyFree()
    {
        await using var store = await Store.StartAsync(azurite);
        var holder = Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(Store.Submission() with { Name = "n" }, None)).Task.Record.Id;
        var submission = Store.Submission("1", "k") with { Name = "n" };

        Assert.Equal(new SubmitOutcome.NameTaken(holder), await store.Tasks.SubmitAsync(submission, None));
        Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(submission with { Name = "m" }, None));
        Assert.Equal(holder, await store.Tasks.FindNameAsync("n", None));
    }

    [Fact]
    public async Task Submit_NameWhoseSubmitterDied_IsTakenOverAfterAMinute()
    {
        await using var store = await Store.StartAsync(azurite);
        var dead = store.Services.GetRequiredService<TaskIdSource>().Next().Id;
        await store.Services.GetRequiredService<Orchestrator.Storage.Tasks.IdempotencyTable>().TakeNameAsync("n", dead, None);
        var submission = Store.Submission("1", "k") with { Name = "n" };

        Assert.Equal(new SubmitOutcome.NameTaken(dead), await store.Tasks.SubmitAsync(submission, None));
        store.Time.Advance(TimeSpan.FromMinutes(1));
        var created = Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(submission, None));

        Assert.Equal(created.Task.Record.Id, await store.Tasks.FindNameAsync("n", None));
    }

    [Fact]
    public async Task Submit_KeysTaskIsFinishedLongAfter_ItsLimitsCountFromThen()
    {
        await using var store = await Store.StartAsync(azurite);
        var submission = Store.Submission("{}", "late");
        submission = submission with { Type = submission.Type with { Timeouts = new TaskTimeouts { Start = TimeSpan.FromMinutes(1) } } };
        var id = store.Services.GetRequiredService<TaskIdSource>().Next().Id;
        await store.Services.GetRequiredService<Orchestrator.Storage.Tasks.IdempotencyTable>().TakeAsync(submission, "late", id, None);
        store.Time.Advance(TimeSpan.FromHours(2));

        var task = Assert.IsType<SubmitOutcome.Created>(await store.Tasks.SubmitAsync(submission, None)).Task.Record;

        Assert.Equal((id, store.Time.GetUtcNow().AddMinutes(1)), (task.Id, task.ExpiresAt));
    }

    [Fact]
    public async Task GetEvents_AfterAnyNumber_AnswersWhatIsThere()
    {
        await using var store = await Store.StartAsync(azurite);
        var id = (await store.SubmitAsync()).Record.Id;

        Assert.Single(await store.Tasks.GetEventsAsync(id, 0, None));
        Assert.Empty(await store.Tasks.GetEventsAsync(id, 1, None));
        Assert.Empty(await store.Tasks.GetEventsAsync(id, int.MaxValue, None));
    }

    [Fact]
    public async Task Submit_HostileKeysAndTags_AreKeptApart()
    {
        await using var store = await Store.StartAsync(azurite);
        string[] texts = ["/", "\\", "#", "?", "%", "%2F", "'", "''", "a\tb", "é", "e\u0301", "😀", "~", "~!", " ", "+", "&", "漢", "\u202e", new string('/', 200)];

        foreach (var text in texts)
            await store.SubmitAsync($"\"{texts.Index().First(entry => entry.Item == text).Index}\"", text, text[..Math.Min(64, text.Length)]);

        foreach (var (index, text) in texts.Index())
        {
            var again = Assert.IsType<SubmitOutcome.Existing>(await store.Tasks.SubmitAsync(Store.Submission($"\"{index}\"", text, text[..Math.Min(64, text.Length)]), None));
            Assert.Equal([text[..Math.Min(64, text.Length)]], again.Task.Record.Tags);
        }
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_IsGivenToOne()
    {
        await using var one = await Store.StartAsync(azurite);
        await using var two = await Store.StartAsync(azurite, sharing: one);
        var id = (await one.SubmitAsync()).Record.Id;

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? one : two).Lifecycle.ClaimAsync(id, Store.Claim(1, $"host-{i}"), None)));

        Assert.Single(results, result => result!.Decision is ClaimDecision.Claimed);
        Assert.All(results.Where(result => result!.Decision is not ClaimDecision.Claimed), result => Assert.IsType<ClaimDecision.Held>(result!.Decision));
        Assert.Equal([1, 2], (await one.Tasks.GetEventsAsync(id, 0, None)).Select(taskEvent => taskEvent.Number));
    }

    [Fact]
    public async Task Complete_AfterAnotherTookOver_IsRefusedAndChangesNothing()
    {
        await using var store = await Store.StartAsync(azurite);
        var id = (await store.SubmitAsync()).Record.Id;
        var (task, lease) = await store.ClaimAsync(id);
        var takeover = await store.Lifecycle.ClaimAsync(id, Store.Claim(1, "host-2") with { HolderHasEnded = _ => true }, None);

        var late = await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded("1"), None);

        Assert.Equal(2, Assert.IsType<ClaimDecision.Claimed>(takeover!.Decision).Lease.Epoch);
        Assert.IsType<CompletionDecision.Stale>(late.Decision);
        Assert.Equal((TaskState.Running, "host-2"), (late.Task.Record.State, late.Task.Record.Lease!.Holder));
    }

    [Fact]
    public async Task Complete_RetryThenSuccess_ClearsWhatIsGone()
    {
        await using var store = await Store.StartAsync(azurite);
        var id = (await store.SubmitAsync()).Record.Id;
        var (task, lease) = await store.ClaimAsync(id);
        var retry = await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Failed(new TaskError("boom", "It broke."), IsRetryable: true), None);
        var waiting = (await store.Tasks.GetAsync(id, None))!.Record;
        store.Time.Advance(TimeSpan.FromSeconds(1));
        (task, lease) = await store.ClaimAsync(id, 2);
        var running = (await store.Tasks.GetAsync(id, None))!.Record;
        await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded("1"), None);
        var over = (await store.Tasks.GetAsync(id, None))!.Record;

        Assert.Equal(2, Assert.IsType<CompletionDecision.Retry>(retry.Decision).NextAttempt);
        Assert.Equal((TaskState.Scheduled, new TaskError("boom", "It broke."), null, store.Time.GetUtcNow()), (waiting.State, waiting.Error, waiting.Lease, waiting.DueAt));
        Assert.Equal((TaskState.Running, null, new AttemptLease(2, 2, "host-1", TimeSpan.FromSeconds(30)) { Deadline = store.Time.GetUtcNow() + running.AttemptTimeLimit }), (running.State, running.DueAt, running.Lease));
        Assert.Equal((TaskState.Succeeded, null, null, "1", 5), (over.State, over.Error, over.Lease, over.Output, over.LastEvent));
    }

    [Fact]
    public async Task Renew_CurrentLease_WritesOneRowAndMovesItsAge()
    {
        await using var store = await Store.StartAsync(azurite);
        var (task, lease) = await store.ClaimAsync((await store.SubmitAsync()).Record.Id);
        StoredTask? renewed = null;

        var counted = await store.CountAsync(async () => renewed = await store.Lifecycle.RenewAsync(task, lease, None));

        Assert.Equal((1, 1), counted);
        Assert.NotEqual(task.Version, renewed!.Version);
        Assert.Equal(renewed.Version, (await store.Tasks.GetAsync(task.Record.Id, None))!.Version);
    }

    [Fact]
    public async Task Cancel_RacedWithTheEnd_LeavesExactlyOneEnd()
    {
        await using var store = await Store.StartAsync(azurite);
        for (var i = 0; i < 10; i++)
        {
            var (task, lease) = await store.ClaimAsync((await store.SubmitAsync()).Record.Id);
            var id = task.Record.Id;

            await Task.WhenAll(
                store.Lifecycle.CancelAsync(id, None),
                store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded("1"), None),
                store.Lifecycle.AbandonAsync(id, new TaskError("gone", "Gone."), None));

            var events = await store.Tasks.GetEventsAsync(id, 0, None);
            Assert.Equal(Enumerable.Range(1, events.Count), events.Select(taskEvent => taskEvent.Number));
            Assert.Single(events, taskEvent => taskEvent.Type is TaskEventType.Succeeded or TaskEventType.Failed or TaskEventType.Cancelled);
            Assert.Single(await RowsAsync(store, id), row => row.StartsWith("s!", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(32_768)]
    [InlineData(32_769)]
    [InlineData(65_536)]
    [InlineData(TaskLimits.PayloadBytes - 1)]
    [InlineData(TaskLimits.PayloadBytes)]
    public async Task Payload_OfAnySize_ComesBackByteForByte(int bytes)
    {
        await using var store = await Store.StartAsync(azurite);
        var payload = "\"" + string.Concat(Enumerable.Repeat("é<\\n", (bytes - 2) / 5)) + new string('x', (bytes - 2) % 5) + "\"";
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(payload));

        var id = (await store.SubmitAsync(payload)).Record.Id;
        await store.FinishAsync(id, payload);
        var read = (await store.Tasks.GetAsync(id, None))!.Record;

        Assert.Equal((payload, payload), (read.Input, read.Output));
    }

    [Fact]
    public async Task Complete_ByTwoDeliveriesAtOnce_KeepsTheOutputOfOneUnmixed()
    {
        await using var store = await Store.StartAsync(azurite);
        for (var i = 0; i < 5; i++)
        {
            var (task, lease) = await store.ClaimAsync((await store.SubmitAsync()).Record.Id);
            var outputs = new[] { 'a', 'b', 'c' }.Select(letter => $"\"{new string(letter, 200_000)}\"").ToArray();

            await Task.WhenAll(outputs.Select(output => store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded(output), None)));

            Assert.Contains((await store.Tasks.GetAsync(task.Record.Id, None))!.Record.Output, outputs);
        }
    }

    [Fact]
    public async Task Submit_SameKeyInTwoSpellingsAtOnce_KeepsTheInputOfOneUnmixed()
    {
        await using var one = await Store.StartAsync(azurite);
        await using var two = await Store.StartAsync(azurite, sharing: one);
        var inputs = new[] { ",", ", " }.Select(comma => $"[{string.Join(comma, Enumerable.Repeat("7", 100_000))}]").ToArray();

        var outcomes = await Task.WhenAll(one.Tasks.SubmitAsync(Store.Submission(inputs[0], "key"), None), two.Tasks.SubmitAsync(Store.Submission(inputs[1], "key"), None));

        var created = Assert.Single(outcomes.OfType<SubmitOutcome.Created>()).Task.Record;
        Assert.Equal(created.Input, (await one.Tasks.GetAsync(created.Id, None))!.Record.Input);
        Assert.Contains(created.Input, inputs);
    }

    [Fact]
    public async Task Apply_ColumnOfANewerRelease_IsKept()
    {
        await using var store = await Store.StartAsync(azurite);
        var task = (await store.SubmitAsync()).Record;
        var row = new TableEntity(TaskKeys.Partition(task.Id.Shard), TaskKeys.Task(task.Id)) { ["Colour"] = "blue" };
        await store.Table(TaskKeys.Table(task.Id)).UpdateEntityAsync(row, Azure.ETag.All, TableUpdateMode.Merge);

        await store.FinishAsync(task.Id);

        var read = await store.Table(TaskKeys.Table(task.Id)).GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey);
        Assert.Equal(("blue", "Succeeded"), (read.Value.GetString("Colour"), read.Value.GetString("State")));
    }

    [Fact]
    public async Task Unstarted_ClaimOrMark_TakesItOffTheList()
    {
        await using var store = await Store.StartAsync(azurite);
        var claimed = (await store.SubmitAsync()).Record.Id;
        var marked = (await store.SubmitAsync()).Record.Id;
        var left = (await store.SubmitAsync()).Record.Id;
        store.Time.Advance(TimeSpan.FromDays(4));
        var young = (await store.SubmitAsync()).Record.Id;

        await store.ClaimAsync(claimed);
        await store.Lifecycle.MarkStartedAsync(marked, None);
        await store.Lifecycle.MarkStartedAsync(marked, None);

        Assert.Equal([left], await store.Tasks.ListUnstartedAsync(young.CreatedAt, 100, None));
        Assert.Equal([left, young], await store.Tasks.ListUnstartedAsync(young.CreatedAt.AddSeconds(1), 100, None));
        Assert.Equal([left], await store.Tasks.ListUnstartedAsync(young.CreatedAt.AddSeconds(1), 1, None));

        // The row is gone already when the claim comes.
        await store.Lifecycle.MarkStartedAsync(left, None);
        await store.ClaimAsync(left);
        Assert.Equal([young], await store.Tasks.ListUnstartedAsync(young.CreatedAt.AddSeconds(1), 100, None));
        Assert.Equal([young], await store.Tasks.ListUnstartedAsync(young.CreatedAt.AddSeconds(1), 100, None));
    }

    [Fact]
    public async Task Writes_WhoseEveryAnswerIsLost_HappenOnce()
    {
        await using var store = await Store.StartAsync(azurite, sender: services => new AnswerLosingSender(new TableTransactionSender(
            services.GetRequiredService<TableClients>(),
            services.GetRequiredService<StorageMetrics>())));

        var id = (await store.SubmitAsync("{}", "key")).Record.Id;
        var finished = await store.FinishAsync(id);

        Assert.Equal(TaskState.Succeeded, finished.State);
        Assert.Equal([1, 2, 3], (await store.Tasks.GetEventsAsync(id, 0, None)).Select(taskEvent => taskEvent.Number));
    }

    [Fact]
    public async Task Writes_OfManyTasksAtOnce_ShareTransactions()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.SubmitAsync();

        var counted = await store.CountAsync(() => Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => await store.FinishAsync((await store.SubmitAsync()).Record.Id))));

        Assert.Equal(200 * 13, counted.Rows);
        Assert.InRange(counted.Requests, 26, 200);
    }

    private static async Task<IReadOnlyList<TaskRecord>> ListAsync(Store store) =>
        Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery(), None)).Tasks;

    private static async Task<List<string>> RowsAsync(Store store, TaskId id)
    {
        var keys = new List<string>();
        await foreach (var row in store.Table(TaskKeys.Table(id)).QueryAsync<TableEntity>(filter: (string?)null))
        {
            if (row.RowKey.Contains(id.ToString(), StringComparison.Ordinal) || row.RowKey.EndsWith(TaskKeys.Invert(id), StringComparison.Ordinal))
                keys.Add(row.RowKey);
        }

        return keys;
    }
}
