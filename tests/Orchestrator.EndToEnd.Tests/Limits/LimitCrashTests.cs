using System.Text.Json.Nodes;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Limits;

/// <summary>Slots of a host that is killed: nobody else begins while one is somebody's, and none is lost.</summary>
public sealed class LimitCrashTests
{
    private const int Tasks = 150;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(PlatformMode.Normal)]
    [InlineData(PlatformMode.Hostile)]
    public async Task Host_KilledWhileTasksTakeTurns_AllSucceedAndNeverTwoAtOnce(PlatformMode mode)
    {
        await using var azurite = await AzuriteServer.StartAsync();
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        var app = await FunctionApp.StartAsync(setup);
        try
        {
            await app.Http.SendAsync(HttpMethod.Put, "api/task-types/turns", """{"capability":"noop","concurrency":{"limit":1}}""");
            var tasks = new JsonArray([.. Enumerable.Range(0, Tasks).Select(number => (JsonNode)new JsonObject { ["type"] = "turns", ["input"] = number })]);
            await app.Http.SendAsync(HttpMethod.Post, "api/tasks/batch", new JsonObject { ["tasks"] = tasks }.ToJsonString());
            foreach (var done in new[] { 10, 50, 90 })
            {
                var http = app.Http;
                await Eventually.ValueAsync(async () => (await http.AllTasksAsync(filter: "&type=turns&state=Succeeded")).Count, count => count >= done, $"{done} tasks are done", _limit, _pause);
                await app.KillAsync();
                await app.DisposeAsync();
                app = await FunctionApp.StartAsync(setup);
            }

            await app.Http.WhenAllAreOverAsync("turns", _limit);
            await app.Http.AssertNeverTwoAtOnceAsync("turns", Tasks);
            var last = app.Http;
            await Eventually.ValueAsync(() => last.GetAnswerAsync("api/limiters"), answer => answer.Body.GetProperty("limiters").GetArrayLength() == 0, "no slot is anybody's", _limit, _pause);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }
}
