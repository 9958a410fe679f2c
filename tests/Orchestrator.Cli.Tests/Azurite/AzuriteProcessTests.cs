using Orchestrator.Cli.Storage;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Cli.Tests.Azurite;

public sealed class AzuriteProcessTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Fixture_Started_AnswersOnTableAndQueue()
    {
        using var probe = new StorageProbe();

        Assert.True(await probe.AnswersAsync(azurite.TableEndpoint, CancellationToken.None));
        Assert.True(await probe.AnswersAsync(azurite.QueueEndpoint, CancellationToken.None));
    }
}
