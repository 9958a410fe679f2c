using System.Diagnostics.Metrics;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Tables;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests;

public sealed class StorageMetricsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Request_Throttled_CountedAndTimedWithItsStatus()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy.ConnectionString);
        using var measured = new Measured(services);
        proxy.Add(new FaultRule(new StorageFault.Answer(503)) { Times = 1 });

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => services.GetRequiredService<TableClients>().Writing("none").AddEntityAsync(new TableEntity("a", "b")));
        Assert.Null(await services.GetRequiredService<TableReader>().GetAsync("none", "a", "b", CancellationToken.None));

        Assert.Equal(
        [
            "orchestrator.storage.request.duration method=GET status=404",
            "orchestrator.storage.request.duration method=POST status=503",
            "orchestrator.storage.requests method=GET",
            "orchestrator.storage.requests method=POST",
            "orchestrator.storage.throttled method=POST",
        ],
        measured.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Request_WithoutAnAnswer_TimedAllTheSame()
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var services = Services(proxy.ConnectionString);
        using var measured = new Measured(services);
        proxy.Add(new FaultRule(new StorageFault.Reset()) { Times = 1 });

        await Assert.ThrowsAnyAsync<Exception>(() => services.GetRequiredService<TableClients>().Writing("none").AddEntityAsync(new TableEntity("a", "b")));

        Assert.Equal(["orchestrator.storage.requests method=POST", "orchestrator.storage.request.duration method=POST status=none"], measured.Lines);
    }

    [Fact]
    public async Task Send_ThreeRows_OneBatchOfThree()
    {
        await using var server = await TableServer.StartAsync();
        await using var services = Services(server.ConnectionString);
        var sender = new TableTransactionSender(services.GetRequiredService<TableClients>(), services.GetRequiredService<StorageMetrics>());
        await sender.CreateTableAsync("rows", CancellationToken.None);
        using var measured = new Measured(services);

        await sender.SendAsync("rows", "a", [.. Enumerable.Range(0, 3).Select(row => RowOperation.Insert(new TableEntity("a", $"{row}")))], CancellationToken.None);

        Assert.Equal([3], measured.BatchSizes);
    }

    private static ServiceProvider Services(string connectionString)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", connectionString)]).Build();
        return new ServiceCollection().AddLogging().AddOrchestratorStorage(configuration).BuildServiceProvider();
    }

    /// <summary>What the storage of some services measures.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string> _lines = [];

        public Measured(IServiceProvider services)
        {
            var meters = services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == StorageMetrics.MeterName && instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
            _listener.SetMeasurementEventCallback<int>((_, value, _, _) => BatchSizes.Add(value));
            _listener.Start();
            services.GetRequiredService<StorageMetrics>();
        }

        public IReadOnlyList<string> Lines => _lines;

        public List<int> BatchSizes { get; } = [];

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (_lines)
                _lines.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
        }
    }
}
