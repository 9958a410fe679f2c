using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Configuration;
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

        await levels.RemoveAsync("default", CancellationToken.None);
        Assert.Equal([new LevelOverride("Orchestrator.Functions", "Trace", null)], await levels.ListAsync(CancellationToken.None));
    }
}
