using Orchestrator.Cli.Azurite;
using Xunit;

namespace Orchestrator.TestKit.Storage;

/// <summary>
/// A real storage emulator for a test class: <c>IClassFixture&lt;AzuriteFixture&gt;</c>. All classes of a test assembly
/// share one process, so each names its tables and queues with <see cref="Prefix"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private AzuriteEndpoints? _endpoints;
    private int _names;

    /// <summary>Begins the names of this class's tables and queues: lower-case letters and digits, a letter first, 9 long.</summary>
    public string Prefix { get; } = "t" + Guid.NewGuid().ToString("N")[..8];

    /// <summary>What AzureWebJobsStorage would hold.</summary>
    public string ConnectionString => Endpoints.ConnectionString;

    /// <summary>The account's name.</summary>
    public string AccountName => AzuriteEndpoints.AccountName;

    /// <summary>The account's key, base 64.</summary>
    public string AccountKey => AzuriteEndpoints.AccountKey;

    /// <summary>The table service, account included.</summary>
    public Uri TableEndpoint => Endpoints.TableAccount;

    /// <summary>The queue service, account included.</summary>
    public Uri QueueEndpoint => Endpoints.QueueAccount;

    /// <summary>The blob service, account included.</summary>
    public Uri BlobEndpoint => Endpoints.BlobAccount;

    private AzuriteEndpoints Endpoints =>
        _endpoints ?? throw new InvalidOperationException("Azurite has not been started: xunit calls InitializeAsync before the first test.");

    /// <summary>A name of a table or queue that no other test uses.</summary>
    public string UniqueName() => $"{Prefix}n{Interlocked.Increment(ref _names)}";

    /// <inheritdoc />
    public async Task InitializeAsync() => _endpoints = (await SharedAzurite.StartedAsync()).Endpoints;

    /// <inheritdoc />
    public Task DisposeAsync() => Task.CompletedTask;
}
