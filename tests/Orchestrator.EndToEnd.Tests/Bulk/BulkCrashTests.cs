using System.Text.Json.Nodes;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Bulk;

/// <summary>The host is killed in the midst of a bulk task; who goes on with it does nothing twice.</summary>
public sealed class BulkCrashTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int Many = 150;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(PlatformMode.Normal)]
    [InlineData(PlatformMode.Hostile)]
    public async Task Rerun_HostKilledInItsMidst_EachTaskIsRerunOnce(PlatformMode mode)
    {
        var environment = new Dictionary<string, string> { ["Orchestrator__Attempts__LeaseDuration"] = "00:00:05" };
        await using var app = new RestartedApp(new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode, Environment = environment });
        var tasks = new JsonArray([.. Enumerable.Range(0, Many).Select(number => (JsonNode)new JsonObject { ["type"] = "noop", ["input"] = number, ["tags"] = new JsonArray("crowd") })]);
        var http = (await app.UpAsync()).Http;
        await http.SendAsync(HttpMethod.Post, "api/tasks/batch", new JsonObject { ["tasks"] = tasks }.ToJsonString());
        var first = await Eventually.ValueAsync(() => CrowdAsync(http), crowd => crowd.Count == Many && crowd.All(task => task.IsOver), "the crowd is over", _limit, _pause);

        var bulk = (await http.SendAsync(HttpMethod.Post, "api/tasks/bulk", """{"action":"rerun","filter":{"tag":"crowd"}}""")).Text("id")!;
        await Eventually.ValueAsync(() => CrowdAsync(http), crowd => crowd.Count > Many + 10, "some are rerun", _limit, _pause);
        await app.KillAsync();

        var end = await app.AskAsync(again => again.EndOfAsync(bulk));
        Assert.True(end.Text("state") == "Succeeded", $"The bulk task came to {end}.");
        Assert.Equal((Many, Many), (end.Body.GetProperty("output").GetProperty("matched").GetInt32(), end.Body.GetProperty("output").GetProperty("byReason").GetProperty("rerun").GetInt32()));
        Assert.Contains("TakenOver", (await app.AskAsync(again => again.HistoryAsync(bulk))).Select(entry => entry.Type));

        var all = await Eventually.ValueAsync(() => app.AskAsync(CrowdAsync), crowd => crowd.All(task => task.IsOver), "the reruns are over", _limit, _pause);
        Assert.Equal(2 * Many, all.Count);
        var reruns = await Task.WhenAll(all.Select(task => task.Id).Except(first.Select(task => task.Id)).Select(async id => (await app.AskAsync(again => again.GetAnswerAsync($"api/tasks/{id}"))).Text("rerunOf")!));
        Assert.Equal(first.Select(task => task.Id).Order(), reruns.Order());
        Assert.Equal([], await app.AskAsync(again => again.VerifyStorageAsync()));
    }

    private static Task<IReadOnlyList<TaskSummary>> CrowdAsync(HttpClient http) => http.AllTasksAsync(filter: "&tag=crowd");
}
