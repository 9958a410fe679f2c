using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Crashes;

/// <summary>All orchestrations are lost at once: the app starts again on a task hub of another name. The task rows are the authority; the sweeps find them.</summary>
public sealed class LostHubTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(8);

    [FullRunTheory]
    [InlineData(PlatformMode.Normal)]
    [InlineData(PlatformMode.Hostile)]
    public async Task Hub_LostWhileTasksAreUnderWay_AllAreSeenThrough(PlatformMode mode)
    {
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        string running, scheduled, blocked;
        await using (var app = await FunctionApp.StartAsync(setup))
        {
            running = (await app.Http.SubmitAsync("""{"type":"wait","input":{"duration":"PT40S"}}""")).Text("id")!;
            scheduled = (await app.Http.SubmitAsync("""{"type":"noop","delay":"PT1M"}""")).Text("id")!;
            blocked = (await app.Http.SubmitAsync($$"""{"type":"noop","dependsOn":["{{running}}"]}""")).Text("id")!;
            await Eventually.ValueAsync(() => app.Http.HistoryAsync(running), history => history.Count > 1, "the first task runs");
            await app.KillAsync();
        }

        await using var successor = await FunctionApp.StartAsync(setup with
        {
            Environment = new Dictionary<string, string> { ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = setup.Name + "b" },
        });
        foreach (var id in new[] { running, scheduled, blocked })
        {
            await Eventually.ValueAsync(
                () => successor.Http.GetAnswerAsync($"api/tasks/{id}"), answer => TaskSummary.Of(answer.Body).State == "Succeeded", $"task {id} succeeds", _limit, TimeSpan.FromSeconds(2));
        }

        Assert.Equal([], await successor.Http.VerifyStorageAsync());
    }
}
