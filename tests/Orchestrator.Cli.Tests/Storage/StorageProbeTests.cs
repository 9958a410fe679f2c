using Orchestrator.Cli.Storage;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Cli.Tests.Storage;

public sealed class StorageProbeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private readonly StorageProbe _probe = new();

    public void Dispose() => _probe.Dispose();

    [Fact]
    public async Task AnswersAsync_Azurite_IsTrue()
    {
        Assert.True(await _probe.AnswersAsync(azurite.TableEndpoint, CancellationToken.None));
        Assert.True(await _probe.AnswersAsync(azurite.QueueEndpoint, CancellationToken.None));
        Assert.True(await _probe.AnswersAsync(azurite.BlobEndpoint, CancellationToken.None));
    }

    [Fact]
    public async Task AnswersAsync_NobodyListens_IsFalse() =>
        Assert.False(await _probe.AnswersAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/devstoreaccount1"), CancellationToken.None));

    [Fact]
    public async Task AnswersAsync_AnotherServer_IsFalse()
    {
        await using var server = await FakeTaskApi.StartAsync();

        Assert.False(await _probe.AnswersAsync(new Uri(server.Address, "devstoreaccount1"), CancellationToken.None));
    }
}
