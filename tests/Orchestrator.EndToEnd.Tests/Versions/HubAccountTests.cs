using Azure.Data.Tables;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.EndToEnd.Tests.Versions;

/// <summary>The task hub in an account of its own, as the setting says that host.json names.</summary>
public sealed class HubAccountTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Hub_AccountOfItsOwn_OnlyItsTablesLieThere()
    {
        await using var second = await AzuriteServer.StartAsync();
        var setup = new FunctionAppSetup
        {
            ConnectionString = azurite.ConnectionString,
            Environment = new Dictionary<string, string> { ["TaskHubStorage"] = second.ConnectionString },
        };
        await using var app = await FunctionApp.StartAsync(setup);

        var id = (await app.Http.SubmitAsync("""{"type":"noop","input":1}""")).Text("id")!;
        var end = await app.Http.EndOfAsync(id);

        Assert.Equal("Succeeded", end.Text("state"));
        Assert.Equal([$"{setup.Name}Finished", $"{setup.Name}Live", $"{setup.Name}Log", $"{setup.Name}Owner"], TablesOf(second.ConnectionString, setup.Name));
        Assert.Contains($"{setup.Name}TaskDays", TablesOf(azurite.ConnectionString, setup.Name));
        Assert.Empty(TablesOf(azurite.ConnectionString, setup.Name).Intersect(TablesOf(second.ConnectionString, setup.Name)));
        var settings = (await app.Http.GetAnswerAsync("api/config")).Body.GetRawText();
        Assert.Contains("TaskHubStorage", settings, StringComparison.Ordinal);
        Assert.DoesNotContain(second.ConnectionString, settings, StringComparison.Ordinal);
    }

    private static IEnumerable<string> TablesOf(string account, string prefix) =>
        new TableServiceClient(account).Query().Select(table => table.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
