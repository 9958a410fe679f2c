using System.Net;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Bulk;

/// <summary>Many tasks are cancelled, rerun and purged at once.</summary>
public abstract class BulkTests(AppFixture app)
{
    private const int Many = 120;

    [Fact]
    public async Task Bulk_CancelRerunPurge_EachTaskComesToItsOutcome()
    {
        var ids = new List<string>();
        for (var i = 0; i < Many; i++)
            ids.Add(await SubmitAsync("""{"type":"noop","delay":"P1D","tags":["crowd"],"title":"a crowd"}"""));
        var other = await SubmitAsync("""{"type":"noop","delay":"P1D","tags":["other"]}""");

        var dry = await BulkAsync("""{"action":"cancel","filter":{"tag":"crowd"},"dryRun":true}""");
        Assert.Equal((Many, Many, "Scheduled"), (Number(dry, "matched"), Reason(dry, "would_be_cancelled"), (await app.Http.GetAnswerAsync($"api/tasks/{ids[0]}")).Text("state")));

        var cancelled = await BulkAsync("""{"action":"cancel","filter":{"tag":"crowd"}}""");
        Assert.Equal((Many, Many, 0, 0), (Number(cancelled, "matched"), Number(cancelled, "done"), Number(cancelled, "skipped"), Number(cancelled, "failed")));
        Assert.Equal((100, false), (Output(cancelled).GetProperty("outcomes").GetArrayLength(), Output(cancelled).GetProperty("isMore").GetBoolean()));
        Assert.Equal(ids.Order(), await LoggedAsync(cancelled));
        Assert.Equal("Scheduled", (await app.Http.GetAnswerAsync($"api/tasks/{other}")).Text("state"));

        var rerun = await BulkAsync($$"""{"action":"rerun","ids":["{{ids[0]}}","{{ids[1]}}","{{other}}","{{other[..^4]}}0000"]}""");
        Assert.Equal((2, 1, 1), (Reason(rerun, "rerun"), Reason(rerun, "not_over"), Reason(rerun, "not_found")));
        var again = Output(rerun).GetProperty("outcomes")[0].GetProperty("task").GetString()!;
        Assert.Equal(ids[0], (await app.Http.EndOfAsync(again)).Text("rerunOf"));

        var purged = await BulkAsync("""{"action":"purge","filter":{"tag":"crowd","state":"Cancelled"},"limit":110}""");
        Assert.Equal((110, 110, true), (Number(purged, "matched"), Reason(purged, "purged"), Output(purged).GetProperty("isMore").GetBoolean()));
        var rest = await BulkAsync("""{"action":"purge","filter":{"tag":"crowd"},"olderThan":"PT0S"}""");
        Assert.Equal(12, Reason(rest, "purged"));
        Assert.Equal([], await app.Http.AllTasksAsync(filter: "&tag=crowd"));
        Assert.Equal(0, Number(await BulkAsync("""{"action":"purge","filter":{"type":"nothing.of-it"}}"""), "matched"));
    }

    [Fact]
    public async Task Bulk_Faults_RefusedWithAllOfThem()
    {
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks/bulk", """{"action":"melt","filter":{"state":"Odd","pageSize":"5","tag":1},"limit":0,"dryRun":1,"olderThan":"soon","more":1}""");

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_task"), (answer.Status, answer.Text("code")));
        Assert.Equal(
            ["/input/action", "/input/dryRun", "/input/filter/pageSize", "/input/filter/state", "/input/filter/tag", "/input/limit", "/input/more", "/input/olderThan"],
            answer.Pointers.Order(StringComparer.Ordinal));
        Assert.Equal("invalid_json", (await app.Http.SendAsync(HttpMethod.Post, "api/tasks/bulk", "{")).Text("code"));
    }

    private async Task<string> SubmitAsync(string body)
    {
        var answer = await app.Http.SubmitAsync(body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"It was answered with {answer}.");
        return answer.Text("id")!;
    }

    private async Task<Answer> BulkAsync(string body)
    {
        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks/bulk", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"It was answered with {answer}.");
        var task = await app.Http.EndOfAsync(answer.Text("id")!);
        Assert.True(task.Text("state") == "Succeeded", $"It came to {task}.");
        return task;
    }

    /// <summary>The ids in a bulk task's log.</summary>
    private async Task<IEnumerable<string>> LoggedAsync(Answer task)
    {
        var attempt = await app.Http.GetAnswerAsync($"api/tasks/{task.Text("id")}/attempts/1");
        return attempt.Body.GetProperty("log").EnumerateArray().SelectMany(line => line.GetProperty("text").GetString()!.Split(": ")[1].Split(' ')).Order();
    }

    private static JsonElement Output(Answer task) => task.Body.GetProperty("output");

    private static int Number(Answer task, string name) => Output(task).GetProperty(name).GetInt32();

    private static int Reason(Answer task, string reason) => Output(task).GetProperty("byReason").GetProperty(reason).GetInt32();

    public sealed class Normal(AppFixture.Normal app) : BulkTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : BulkTests(app), IClassFixture<AppFixture.Hostile>;
}
