using Azure.Data.Tables;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Availability;
using Orchestrator.Functions.Health;
using Orchestrator.Storage;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Health;

/// <summary>Each check of the app says by its own code what is wrong, and one that fails leaves the others alone.</summary>
public sealed class ReadinessTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly CancellationTokenSource _started = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Mock<DurableTaskClient> _hub = new("test");
    private TableServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync();
        await _started.CancelAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _started.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Check_AllIsWell_EveryCheckIsHealthy()
    {
        await using var app = Open(_server.ConnectionString);
        await app.Storage.OpenAsync(None);

        Assert.Equal("host: healthy, hub: healthy, storage: healthy", await CheckAsync(app));
    }

    [Fact]
    public async Task Check_AppHasNotStarted_Starting()
    {
        using var never = new CancellationTokenSource();
        await using var app = Open(_server.ConnectionString);
        await app.Storage.OpenAsync(None);

        Assert.Equal("host: starting, hub: healthy, storage: healthy", await CheckAsync(app, never.Token));
    }

    [Fact]
    public async Task Check_AppEnds_Stopping()
    {
        await using var app = Open(_server.ConnectionString);
        await app.Storage.OpenAsync(None);
        await _stopping.CancelAsync();

        Assert.Equal("host: stopping, hub: healthy, storage: healthy", await CheckAsync(app));
    }

    [Fact]
    public async Task Check_HubFails_HubUnavailableAndTheRestHealthy()
    {
        _hub.Setup(client => client.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>())).ThrowsAsync(new IOException("The hub has another owner."));
        await using var app = Open(_server.ConnectionString);
        await app.Storage.OpenAsync(None);

        Assert.Equal("host: healthy, hub: hub_unavailable, storage: healthy", await CheckAsync(app));
    }

    [Fact]
    public async Task Check_NewerReleaseHasUpgradedTheStore_StoreSchemaNewer()
    {
        await using var app = Open(_server.ConnectionString);
        await app.Storage.OpenAsync(None);
        await new TableClient(_server.ConnectionString, "OrchestratorSettings").UpsertEntityAsync(new TableEntity("settings", "schema") { ["Version"] = 99, ["Release"] = "9.0.0" });

        Assert.Equal("host: healthy, hub: healthy, storage: store_schema_newer", await CheckAsync(app));
    }

    [Fact]
    public async Task Check_NobodyAnswersAtStoragesAddress_StorageUnreachable()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/{_server.AccountName}");
        await using var app = Open(_server.ConnectionString.Replace(_server.Endpoint.ToString(), address.ToString(), StringComparison.Ordinal));

        Assert.Equal("host: healthy, hub: healthy, storage: storage_unreachable", await CheckAsync(app));
    }

    [Fact]
    public async Task Check_TwoAskWithinASecond_OneLook()
    {
        await using var app = Open(_server.ConnectionString);
        await app.Storage.OpenAsync(None);
        var readiness = Readiness(app, _started.Token);

        await readiness.CheckAsync(_hub.Object, None);
        await readiness.CheckAsync(_hub.Object, None);

        _hub.Verify(client => client.GetInstanceAsync("health", false, It.IsAny<CancellationToken>()), Times.Once());
    }

    private static App Open(string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = connectionString }).Build();
        return new App(new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddOrchestratorStorage(configuration).BuildServiceProvider());
    }

    private async Task<string> CheckAsync(App app, CancellationToken? started = null)
    {
        var checks = await Readiness(app, started ?? _started.Token).CheckAsync(_hub.Object, None);
        return string.Join(", ", checks.OrderBy(check => check.Key, StringComparer.Ordinal).Select(check => $"{check.Key}: {check.Value.Code ?? "healthy"}"));
    }

    private Readiness Readiness(App app, CancellationToken started)
    {
        var lifetime = new Mock<IHostApplicationLifetime>();
        lifetime.Setup(host => host.ApplicationStarted).Returns(started);
        lifetime.Setup(host => host.ApplicationStopping).Returns(_stopping.Token);
        // A clock that stands still: no check is ever late, and no answer too old.
        return new Readiness(app.Storage, app.Availability, lifetime.Object, new ManualTimeProvider(DateTimeOffset.UnixEpoch), NullLogger<Readiness>.Instance);
    }

    private sealed class App(ServiceProvider services) : IAsyncDisposable
    {
        public StorageCheck Storage => services.GetRequiredService<StorageCheck>();

        public IStorageAvailability Availability => services.GetRequiredService<IStorageAvailability>();

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }
}
