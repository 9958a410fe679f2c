using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Configuration;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Settings;

public sealed class TableLogLevelStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Levels_SetReplacedAndRemoved_AreReadAsTheyAre()
    {
        await using var store = await Store.StartAsync(azurite);
        var levels = store.Services.GetRequiredService<ILogLevelStore>();
        var until = new DateTimeOffset(2026, 11, 22, 12, 30, 0, TimeSpan.Zero);
        Assert.Equal([], await levels.ListAsync(CancellationToken.None));
        await levels.RemoveAsync("None.There", CancellationToken.None);

        await levels.SetAsync(new LevelOverride("Orchestrator.Functions", "Debug", until), CancellationToken.None);
        await levels.SetAsync(new LevelOverride("default", "Trace", null), CancellationToken.None);
        await levels.SetAsync(new LevelOverride("Orchestrator.Functions", "Trace", null), CancellationToken.None);
        await levels.SetAsync(new LevelOverride("default", "Error", until), CancellationToken.None);
        Assert.Equal([new("Orchestrator.Functions", "Trace", null), new LevelOverride("default", "Error", until)], await levels.ListAsync(CancellationToken.None));

        await levels.RemoveAsync("Default", CancellationToken.None);
        Assert.Equal([new LevelOverride("Orchestrator.Functions", "Trace", null)], await levels.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Levels_SetInAnotherCase_AreOneWithTheNameThatWasWrittenLast()
    {
        await using var store = await Store.StartAsync(azurite);
        var levels = store.Services.GetRequiredService<ILogLevelStore>();

        await levels.SetAsync(new LevelOverride("Orchestrator.Functions", "Debug", null), CancellationToken.None);
        await levels.SetAsync(new LevelOverride("orchestrator.FUNCTIONS", "Trace", null), CancellationToken.None);

        Assert.Equal([new LevelOverride("orchestrator.FUNCTIONS", "Trace", null)], await levels.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Levels_OfEarlierReleases_AreReadOncePerCategoryAndGoWhenItIsSetOrRemoved()
    {
        await using var store = await Store.StartAsync(azurite);
        var levels = store.Services.GetRequiredService<ILogLevelStore>();
        var table = store.Services.GetRequiredService<TableClients>().Reading(store.Services.GetRequiredService<TableClients>().NameOf(SettingsKeys.Table));
        foreach (var (key, level) in new[] { ("Azure", "Error"), ("azure.Core", "Debug"), ("Azure.Core", "Trace") })
            await table.AddEntityAsync(new TableEntity("log-levels", key) { ["Schema"] = 1, ["Level"] = level });

        Assert.Equal([new("Azure", "Error", null), new LevelOverride("azure.Core", "Debug", null)], await levels.ListAsync(CancellationToken.None));

        await levels.SetAsync(new LevelOverride("AZURE", "Warning", null), CancellationToken.None);
        await levels.RemoveAsync("azure.core", CancellationToken.None);

        Assert.Equal([new LevelOverride("AZURE", "Warning", null)], await levels.ListAsync(CancellationToken.None));
        Assert.Equal(["azure"], await table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {"log-levels"}")).Select(row => row.RowKey).ToListAsync());
    }
}
