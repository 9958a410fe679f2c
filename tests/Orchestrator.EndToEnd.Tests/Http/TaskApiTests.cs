using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Http;

public abstract class TaskApiTests(AppFixture app)
{
    [Fact]
    public async Task Submit_GoodTask_IsAcceptedDoneAndRemembered()
    {
        var submission = $$"""
            {
              "type": "text.digest", "title": "A text", "tags": ["a", "b"], "priority": 7, "idempotencyKey": "good task",
              "input": { "folder": "{{app.Texts.Folder}}", "path": "text2.txt", "keyTerms": 1 }
            }
            """;

        var accepted = await app.Http.SubmitAsync(submission);
        var id = accepted.Text("id")!;
        var done = await app.Http.EndOfAsync(id);
        var history = await app.Http.HistoryAsync(id);

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal($"/api/tasks/{id}", accepted.Location?.OriginalString);
        Assert.Equal(("Queued", 0), (accepted.Text("state"), accepted.Body.GetProperty("attempt").GetInt32()));
        Assert.Equal(("Succeeded", 1, "text-digest"), (done.Text("state"), done.Body.GetProperty("attempt").GetInt32(), done.Text("agent")));
        Assert.Equal(("A text", 7), (done.Text("title"), done.Body.GetProperty("priority").GetInt32()));
        Assert.Equal(["a", "b"], done.Body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(
            """{"path":"text2.txt","bytes":69,"words":12,"sentences":3,"readingEase":97,"keyTerms":[{"term":"foxes","count":3}],"longestSentence":{"text":"Quick foxes jump high.","words":4}}""",
            done.Body.GetProperty("output").GetRawText());
        Assert.Equal([new(1, "Submitted", null), new(2, "Started", 1), new(3, "Succeeded", 1)], history);
    }

    [Fact]
    public async Task Submit_AgentFails_TaskFailsWithItsError()
    {
        var accepted = await app.Http.SubmitAsync(app.Texts.Submission("missing.txt", "no such file"));
        var id = accepted.Text("id")!;

        var done = await app.Http.EndOfAsync(id);

        Assert.Equal("Failed", done.Text("state"));
        Assert.Equal("file_not_found", done.Body.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(
            $"File {Path.Combine(app.Texts.Folder, "missing.txt")} does not exist.", done.Body.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(["Submitted", "Started", "Failed"], (await app.Http.HistoryAsync(id)).Select(entry => entry.Type));
    }

    [Fact]
    public async Task Submit_SameKeySameBody_IsTheSameTask()
    {
        var body = app.Texts.Submission(1, "same key");

        var first = await app.Http.SubmitAsync(body, "same");
        var again = await app.Http.SubmitAsync(body, "same");

        Assert.Equal((HttpStatusCode.Accepted, first.Text("id")), (again.Status, again.Text("id")));
        await app.Http.EndOfAsync(first.Text("id")!);
        Assert.Equal(first.Text("id"), (await app.Http.SubmitAsync(body, "same")).Text("id"));
        Assert.Equal(["Submitted", "Started", "Succeeded"], (await app.Http.HistoryAsync(first.Text("id")!)).Select(entry => entry.Type));
    }

    [Fact]
    public async Task Submit_SameKeyOtherBody_IsAConflict()
    {
        var first = await app.Http.SubmitAsync(app.Texts.Submission(1, "one"), "taken");

        var other = await app.Http.SubmitAsync(app.Texts.Submission(1, "other"), "taken");

        Assert.Equal((HttpStatusCode.Conflict, "idempotency_conflict"), (other.Status, other.Text("code")));
        Assert.Contains(first.Text("id")!, other.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_SameKeyManyTimesAtOnce_IsOneTask()
    {
        var body = app.Texts.Submission(1, "many at once");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Http.SubmitAsync(body, "at once")));

        Assert.Equal([HttpStatusCode.Accepted], answers.Select(answer => answer.Status).Distinct());
        Assert.Single(answers.Select(answer => answer.Text("id")).Distinct(StringComparer.Ordinal));
        Assert.Single(await app.Http.AllTasksAsync(), task => task.Title == "many at once");
    }

    [Fact]
    public async Task Cancel_FinishedTask_IsAConflictNamingItsState()
    {
        var id = (await app.Http.SubmitAsync(app.Texts.Submission(1, "finished"))).Text("id")!;
        await app.Http.EndOfAsync(id);

        var answer = await app.Http.CancelAsync(id);

        Assert.Equal((HttpStatusCode.Conflict, "task_finished"), (answer.Status, answer.Text("code")));
        Assert.Equal($"Task {id} is Succeeded and can no longer be cancelled.", answer.Text("detail"));
    }

    /// <summary>The cancel races with the end; whichever wins, the answer, the task and its history say the same.</summary>
    [Fact]
    public async Task Cancel_RacingWithTheEnd_OneWinsAndTheAnswerSaysWhich()
    {
        for (var number = 0; number < 10; number++)
        {
            var id = (await app.Http.SubmitAsync(app.Texts.Submission(number, "race"))).Text("id")!;

            var answer = await app.Http.CancelAsync(id);
            var end = (await app.Http.EndOfAsync(id)).Text("state");

            var last = (await app.Http.HistoryAsync(id))[^1];
            Assert.Equal(end, last.Type);
            if (answer.Status == HttpStatusCode.Conflict)
                Assert.Equal("Succeeded", end);
            else if (answer.Text("state") == "Cancelled")
                Assert.Equal("Cancelled", end);
        }
    }

    public sealed class Normal(AppFixture.Normal app) : TaskApiTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : TaskApiTests(app), IClassFixture<AppFixture.Hostile>;
}
