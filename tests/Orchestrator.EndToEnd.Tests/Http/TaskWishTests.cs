using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>What can be asked of a task beside its being done: to wait, to be held back, to be completed from outside, to be done again, to go.</summary>
public abstract class TaskWishTests(AppFixture app)
{
    [Fact]
    public async Task Submit_Delay_BeginsOnceItIsOver()
    {
        var accepted = await app.Http.SubmitAsync("""{"type":"noop","input":1,"delay":"PT1S"}""");
        Assert.Equal("Scheduled", accepted.Text("state"));

        var done = await app.Http.EndOfAsync(accepted.Text("id")!);

        Assert.Equal("Succeeded", done.Text("state"));
        Assert.True(done.Time("startedAt") - done.Time("createdAt") >= TimeSpan.FromSeconds(1), $"It began {done.Time("startedAt") - done.Time("createdAt")} after it was submitted.");
    }

    [Fact]
    public async Task Submit_FarAhead_WaitsWithoutAnOrchestrationAndCanBeCancelled()
    {
        var accepted = await app.Http.SubmitAsync("""{"type":"noop","startAt":"2030-01-01T00:00:00Z","title":"far ahead"}""".Replace("2030-01-01", TimeProvider.System.GetUtcNow().AddDays(40).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal("Cancelled", (await app.Http.CancelAsync(accepted.Text("id")!)).Text("state"));
        Assert.Equal("Cancelled", (await app.Http.EndOfAsync(accepted.Text("id")!)).Text("state"));
    }

    [Fact]
    public async Task Submit_Wait_AnswersWithTheEnd()
    {
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", """{"type":"noop","input":{"a":[1,2.50,"é"]}}""");

        Assert.Equal((HttpStatusCode.OK, "Succeeded", """{"a":[1,2.50,"é"]}"""), (answer.Status, answer.Text("state"), answer.Body.GetProperty("output").GetRawText()));
    }

    [Fact]
    public async Task Submit_WaitTooShort_AnswersTheLiveTask()
    {
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=1", """{"type":"external"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Contains(answer.Text("state"), new[] { "Queued", "Running" });
    }

    [Fact]
    public async Task Wait_Task_IsDeferredAndSucceeds()
    {
        var accepted = await app.Http.SubmitAsync("""{"type":"wait","input":{"duration":"PT1S"}}""");
        var id = accepted.Text("id")!;

        var done = await app.Http.EndOfAsync(id);

        Assert.Equal("Succeeded", done.Text("state"));
        Assert.Equal(["Submitted", "Started", "Deferred", "Started", "Succeeded"], (await app.Http.HistoryAsync(id)).Select(entry => entry.Type));
        Assert.True(done.Time("finishedAt") - done.Time("startedAt") >= TimeSpan.FromSeconds(1), "It waited.");
    }

    [Fact]
    public async Task PauseAndResume_Scheduled_GoesOnAfterwards()
    {
        var id = (await app.Http.SubmitAsync("""{"type":"noop","delay":"PT1S"}""")).Text("id")!;

        var paused = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/pause");
        await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow() > paused.Time("createdAt").AddSeconds(2), "Its time has come.");
        var still = await app.Http.GetAnswerAsync($"api/tasks/{id}");
        var resumed = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/resume");
        var done = await app.Http.EndOfAsync(id);

        Assert.Equal(("Paused", "Paused", "Queued", "Succeeded"), (paused.Text("state"), still.Text("state"), resumed.Text("state"), done.Text("state")));
        Assert.Equal(["Submitted", "Paused", "Resumed", "Started", "Succeeded"], (await app.Http.HistoryAsync(id)).Select(entry => entry.Type));
        Assert.Equal("task_finished", (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/pause")).Text("code"));
        Assert.Equal("task_finished", (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/resume")).Text("code"));
    }

    [Fact]
    public async Task DependsOn_ChainAndFan_RunInOrder()
    {
        var first = (await app.Http.SubmitAsync("""{"type":"noop","delay":"PT1S","name":"first of the chain"}""")).Text("id")!;
        var second = (await app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":["{{first}}"]}""")).Text("id")!;
        var third = await app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":{"condition":"allFinished","tasks":["{{first}}","{{second}}"] } }""");

        var done = await app.Http.EndOfAsync(third.Text("id")!);

        Assert.Equal(("Blocked", "Succeeded"), (third.Text("state"), done.Text("state")));
        var ends = new[] { await app.Http.EndOfAsync(first), await app.Http.EndOfAsync(second), done };
        Assert.Equal(["Submitted", "Unblocked", "Started", "Succeeded"], (await app.Http.HistoryAsync(second)).Select(entry => entry.Type));
        Assert.True(ends[0].Time("finishedAt") <= ends[1].Time("startedAt") && ends[1].Time("finishedAt") <= ends[2].Time("startedAt"), "Each begins after those that it depends on.");
        Assert.Equal(first, (await app.Http.GetAnswerAsync("api/tasks/named/first%20of%20the%20chain")).Text("id"));
    }

    [Fact]
    public async Task DependsOn_PredecessorCancelled_FailsAllThatDependOnItsSuccess()
    {
        var first = (await app.Http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
        var second = (await app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":["{{first}}"]}""")).Text("id")!;
        var third = (await app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":["{{second}}"]}""")).Text("id")!;

        await app.Http.CancelAsync(first);

        Assert.Equal(("Failed", "dependency_failed"), ((await app.Http.EndOfAsync(third)).Text("state"), (await app.Http.EndOfAsync(second)).Body.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task DependsOn_PredecessorIsOver_BeginsAtOnce()
    {
        var first = (await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", """{"type":"noop"}""")).Text("id")!;

        var second = await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", $$"""{"type":"noop","dependsOn":["{{first}}"]}""");
        var unknown = await app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":["{{first}}","01KABCDEF0123456789ABCDEFG"]}""");
        var unknownOfObject = await app.Http.SubmitAsync("""{"type":"noop","dependsOn":{"tasks":["01KABCDEF0123456789ABCDEFG"]}}""");

        Assert.Equal("Succeeded", second.Text("state"));
        Assert.Equal(("invalid_task", "/dependsOn/1"), (unknown.Text("code"), unknown.Pointers.Single()));
        Assert.Equal(("invalid_task", "/dependsOn/tasks/0"), (unknownOfObject.Text("code"), unknownOfObject.Pointers.Single()));
    }

    [Fact]
    public async Task DependsOn_PredecessorIsGoneWhenTheSubmissionIsRepeated_AnswersTheSameTask()
    {
        var first = (await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", """{"type":"noop"}""")).Text("id")!;
        var body = $$"""{"type":"noop","dependsOn":["{{first}}"]}""";
        var second = await app.Http.SubmitAsync(body, "submitted before and after");
        await app.Http.EndOfAsync(second.Text("id")!);
        var deleted = await app.Http.SendAsync(HttpMethod.Delete, $"api/tasks/{first}");

        var again = await app.Http.SubmitAsync(body, "submitted before and after");
        var withoutKey = await app.Http.SubmitAsync(body);

        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal((HttpStatusCode.Accepted, second.Text("id")), (again.Status, again.Text("id")));
        Assert.Equal(("invalid_task", "/dependsOn/0"), (withoutKey.Text("code"), withoutKey.Pointers.Single()));
    }

    [Fact]
    public async Task External_CompletedByItsToken_Succeeds()
    {
        var id = (await app.Http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
        var token = await TokenAsync(id);

        var alive = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/heartbeat", """{"percent":40,"text":"half done","details":{"page":7},"log":["read page 7"]}""", token);
        var shown = await app.Http.GetAnswerAsync($"api/tasks/{id}");
        var forged = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", """{"output":1}""", token[..^4] + "AAAA");
        var completed = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", """{"output":{"sum":3}}""", token);
        var late = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/fail", """{"code":"late"}""", token);
        var attempt = await app.Http.GetAnswerAsync($"api/tasks/{id}/attempts/1");

        Assert.Equal((HttpStatusCode.OK, "Running", false), (alive.Status, alive.Text("state"), alive.Body.GetProperty("cancelRequested").GetBoolean()));
        Assert.Equal((40, "half done", 7), (shown.Body.GetProperty("progress").GetProperty("percent").GetInt32(), shown.Body.GetProperty("progress").GetProperty("text").GetString(), shown.Body.GetProperty("progress").GetProperty("details").GetProperty("page").GetInt32()));
        Assert.Equal((HttpStatusCode.Forbidden, "attempt_token_invalid"), (forged.Status, forged.Text("code")));
        Assert.Equal((HttpStatusCode.OK, "Succeeded", """{"sum":3}"""), (completed.Status, completed.Text("state"), completed.Body.GetProperty("output").GetRawText()));
        Assert.Equal((HttpStatusCode.Conflict, "attempt_over"), (late.Status, late.Text("code")));
        Assert.Equal(("Succeeded", "read page 7"), (attempt.Text("state"), attempt.Body.GetProperty("log")[0].GetProperty("text").GetString()));
        Assert.Equal(["Submitted", "Started", "Pending", "Succeeded"], (await app.Http.HistoryAsync(id)).Select(entry => entry.Type));
    }

    [Fact]
    public async Task External_FailedForGood_FailsTheTaskAndIsDoneAgainWithAnotherInput()
    {
        var id = (await app.Http.SubmitAsync("""{"type":"external","input":1,"title":"again","tags":["x"],"correlationId":"c 7"}""")).Text("id")!;
        await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/fail", """{"code":"nobody_there","message":"Nobody is there.","isRetryable":false}""", await TokenAsync(id));

        var failed = await app.Http.EndOfAsync(id);
        var again = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/rerun", """{"type":"noop","input":{"b":2}}""");
        var done = await app.Http.EndOfAsync(again.Text("id")!);

        Assert.Equal(("Failed", "nobody_there"), (failed.Text("state"), failed.Body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.Accepted, id, "again", "c 7"), (again.Status, again.Text("rerunOf"), again.Text("title"), again.Text("correlationId")));
        Assert.Equal(("Succeeded", """{"b":2}"""), (done.Text("state"), done.Body.GetProperty("output").GetRawText()));
        Assert.Equal([again.Text("id"), id], (await app.Http.AllTasksAsync(filter: "&correlationId=c%207")).Select(task => task.Id));
    }

    [Fact]
    public async Task Delete_Over_LeavesNothing()
    {
        var live = (await app.Http.SubmitAsync("""{"type":"external"}""")).Text("id")!;
        var id = (await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", """{"type":"noop","name":"to go","idempotencyKey":"to go"}""")).Text("id")!;

        var refused = await app.Http.SendAsync(HttpMethod.Delete, $"api/tasks/{live}");
        var deleted = await app.Http.SendAsync(HttpMethod.Delete, $"api/tasks/{id}");
        var again = await app.Http.SendAsync(HttpMethod.Delete, $"api/tasks/{id}");

        Assert.Equal((HttpStatusCode.Conflict, "task_not_finished"), (refused.Status, refused.Text("code")));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (deleted.Status, again.Status));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAnswerAsync($"api/tasks/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Http.GetAnswerAsync("api/tasks/named/to%20go")).Status);
        Assert.NotEqual(id, (await app.Http.SubmitAsync("""{"type":"noop","name":"to go","idempotencyKey":"to go"}""")).Text("id"));
    }

    [Fact]
    public async Task Counts_AllTasks_AgreeWithTheList()
    {
        var id = (await app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", """{"type":"noop"}""")).Text("id")!;
        await app.Http.EndOfAsync(id);

        var counts = await app.Http.GetAnswerAsync("api/tasks/counts");

        Assert.Equal(HttpStatusCode.OK, counts.Status);
        Assert.True(counts.Body.GetProperty("byState").GetProperty("Succeeded").GetInt64() >= 1, $"{counts}");
        Assert.Equal(counts.Body.GetProperty("total").GetInt64(), counts.Body.GetProperty("byType").EnumerateObject().Sum(type => type.Value.GetInt64()));
    }

    [Fact]
    public async Task Name_Taken_IsRefusedNamingItsTask()
    {
        var first = await app.Http.SubmitAsync("""{"type":"noop","name":"only one"}""");

        var second = await app.Http.SubmitAsync("""{"type":"noop","name":"only one","input":2}""");

        Assert.Equal((HttpStatusCode.Conflict, "name_taken"), (second.Status, second.Text("code")));
        Assert.Contains(first.Text("id")!, second.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_GoodAndBad_EachHasItsOutcomeAndTheGoodOnesAreDone()
    {
        var answer = await app.Http.SendAsync(
            HttpMethod.Post, "api/tasks/batch", """{"tasks":[{"type":"noop","input":0,"idempotencyKey":"b0"},{"type":"nothing"},{"type":"noop","input":2},{"type":"noop","input":9,"idempotencyKey":"b0"}]}""");

        var outcomes = answer.Body.GetProperty("outcomes").EnumerateArray().ToList();
        Assert.Equal((HttpStatusCode.OK, 2, 2), (answer.Status, answer.Body.GetProperty("accepted").GetInt32(), answer.Body.GetProperty("refused").GetInt32()));
        Assert.Equal(400, outcomes[1].GetProperty("status").GetInt32());
        Assert.Equal("invalid_task", outcomes[1].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal([202, 409], new[] { outcomes[0], outcomes[3] }.Select(outcome => outcome.GetProperty("status").GetInt32()).Order());
        foreach (var outcome in outcomes.Where(outcome => outcome.GetProperty("status").GetInt32() == 202))
            Assert.Equal("Succeeded", (await app.Http.EndOfAsync(outcome.GetProperty("task").GetProperty("id").GetString()!)).Text("state"));
    }

    [Fact]
    public async Task EventStream_WhileTheTaskGoesOn_TellsEveryEventAndResumes()
    {
        var id = (await app.Http.SubmitAsync("""{"type":"wait","input":{"duration":"PT2S"}}""")).Text("id")!;

        var all = await StreamAsync(id, lastEvent: null);
        var rest = await StreamAsync(id, lastEvent: 3);
        var none = await StreamAsync(id, lastEvent: 5);

        Assert.Equal(["1 Submitted", "2 Started", "3 Deferred", "4 Started", "5 Succeeded"], all.Events);
        Assert.Equal(["4 Started", "5 Succeeded"], rest.Events);
        Assert.Equal((HttpStatusCode.NoContent, 0), (none.Status, none.Events.Count));
    }

    private async Task<(HttpStatusCode Status, IReadOnlyList<string> Events)> StreamAsync(string id, int? lastEvent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/tasks/{id}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEvent is not null)
            request.Headers.Add("Last-Event-ID", $"{lastEvent}");
        using var response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        var ids = lines.Where(line => line.StartsWith("id: ", StringComparison.Ordinal)).Select(line => line[4..]);
        var names = lines.Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..]);
        return (response.StatusCode, [.. ids.Zip(names, (number, name) => $"{number} {name}")]);
    }

    private async Task<string> TokenAsync(string id)
    {
        await Eventually.ValueAsync(() => app.Http.HistoryAsync(id), history => history.Any(entry => entry.Type == "Pending"), $"task {id} waits for somebody outside");
        return (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token")).Text("token")!;
    }

    public sealed class Normal(AppFixture.Normal app) : TaskWishTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : TaskWishTests(app), IClassFixture<AppFixture.Hostile>;
}
