using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;

namespace Orchestrator.EndToEnd.Tests.Limits;

/// <summary>Very much of one thing: of tasks at once, of events of one task.</summary>
public abstract class CrowdTests(AppFixture app)
{
    private const int Tasks = 500;
    private const int Rounds = 1_000;

    [Fact]
    public async Task Batch_FiveHundredTasks_AllAreDoneOnce()
    {
        var batch = new JsonObject { ["tasks"] = new JsonArray([.. Enumerable.Range(0, Tasks).Select(number => (JsonNode)new JsonObject { ["type"] = "noop", ["input"] = number, ["tags"] = new JsonArray("crowd") })]) };

        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks/batch", batch.ToJsonString());
        var ids = answer.Body.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("task").GetProperty("id").GetString()!).ToList();
        foreach (var id in ids)
            Assert.Equal("Succeeded", (await app.Http.EndOfAsync(id)).Text("state"));

        Assert.Equal((HttpStatusCode.OK, Tasks, Tasks), (answer.Status, answer.Body.GetProperty("accepted").GetInt32(), ids.Distinct().Count()));
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await app.Http.AllTasksAsync(filter: "&tag=crowd")).Select(task => task.Id).Order(StringComparer.Ordinal));
        foreach (var id in ids.Where((_, index) => index % 50 == 0))
            Assert.Equal([1, 2, 3], (await app.Http.HistoryAsync(id)).Select(entry => entry.Number));
    }

    [Fact]
    public async Task PauseAndResume_AThousandTimes_HistoryHasEveryEvent()
    {
        var id = (await app.Http.SubmitAsync("""{"type":"noop","delay":"PT50M"}""")).Text("id")!;
        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal("Paused", (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/pause")).Text("state"));
            Assert.Equal("Scheduled", (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/resume")).Text("state"));
        }

        await app.Http.CancelAsync(id);
        var history = await app.Http.HistoryAsync(id);

        Assert.Equal(Enumerable.Range(1, (2 * Rounds) + 2), history.Select(entry => entry.Number));
        Assert.Equal((Rounds, Rounds), (history.Count(entry => entry.Type == "Paused"), history.Count(entry => entry.Type == "Resumed")));
        Assert.Equal(("Submitted", "Cancelled"), (history[0].Type, history[^1].Type));
    }

    public sealed class Normal(AppFixture.Normal app) : CrowdTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : CrowdTests(app), IClassFixture<AppFixture.Hostile>;
}
