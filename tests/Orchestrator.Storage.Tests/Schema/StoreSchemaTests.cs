using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Availability;
using Orchestrator.Errors;
using Orchestrator.Storage.Outages;
using Orchestrator.Storage.Schema;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Storage.Tests.Schema;

public sealed class StoreSchemaTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private TableServer _server = null!;
    private Store _store = null!;

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync();
        _store = await Store.StartAsync(_server);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Open_NewStore_HasTodaysVersion()
    {
        await _store.Services.GetRequiredService<StoreSchema>().OpenAsync(None);

        Assert.Equal((StoreSchema.Current, StoreSchema.ThisRelease, 0), await RowAsync());
    }

    [Fact]
    public async Task Open_StoreWithoutTheRow_UpgradedOnceByTwoWhoStartTogether()
    {
        await RemoveRowAsync();
        var (first, second) = (new Upgrades(_store.Services), new Upgrades(_store.Services));

        var one = SchemaOf(first).OpenAsync(None);
        await first.Begun.Task.WithinLimitAsync("the first upgrades");
        var two = SchemaOf(second).OpenAsync(None);
        await _store.Time.WhenArmedAsync(1);
        Assert.Equal((StoreSchema.BeforeVersions, StoreSchema.ThisRelease, StoreSchema.Current), await RowAsync());
        Assert.False(two.IsCompleted);
        first.Going.SetResult();
        await one.WithinLimitAsync("the first is done");
        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await two.WithinLimitAsync("the second sees it");

        Assert.Equal([2], first.Made);
        Assert.Equal([], second.Made);
        Assert.Equal((StoreSchema.Current, StoreSchema.ThisRelease, 0), await RowAsync());
    }

    [Fact]
    public async Task Open_UpgradeFails_MadeByTheNextStart()
    {
        await RemoveRowAsync();
        var broken = new Upgrades(_store.Services);
        broken.Going.SetException(new IOException("broken off"));

        await Assert.ThrowsAsync<IOException>(() => SchemaOf(broken).OpenAsync(None));
        Assert.Equal((StoreSchema.BeforeVersions, StoreSchema.ThisRelease, 0), await RowAsync());
        await SchemaOf(Going()).OpenAsync(None);

        Assert.Equal((StoreSchema.Current, StoreSchema.ThisRelease, 0), await RowAsync());
    }

    [Fact]
    public async Task Open_UpgraderIsNoMore_TakenOverWhenItsMarkHasStoodStill()
    {
        await WriteAsync(StoreSchema.BeforeVersions, StoreSchema.ThisRelease, StoreSchema.Current);
        var upgrades = Going();

        var open = SchemaOf(upgrades).OpenAsync(None);
        await _store.Time.WhenArmedAsync(1);
        Assert.Equal([], upgrades.Made);
        _store.Time.Advance(StoreSchema.UpgradeLimit);
        await open.WithinLimitAsync("the upgrade is taken over");

        Assert.Equal([2], upgrades.Made);
        Assert.Equal((StoreSchema.Current, StoreSchema.ThisRelease, 0), await RowAsync());
    }

    /// <summary>Each write is applied and reported as failed, or not applied, by turns.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_AnswersOfWritesAreLost_UpgradedOnce(bool isApplied)
    {
        await RemoveRowAsync();
        await using var proxy = await FaultProxy.StartAsync(_server.Endpoint, _server.Endpoint, _server.Endpoint);
        await using var store = await Store.StartAsync(proxy.ConnectionString);
        await RemoveRowAsync();
        var turn = 0;
        proxy.Add(new FaultRule(isApplied ? new StorageFault.ApplyThenAnswer(500) : new StorageFault.Answer(500)) { Where = call => call.Table == SettingsKeys.Table && call.IsWrite && ++turn % 2 == 1 });
        var upgrades = Going();

        await SchemaOf(upgrades, store).OpenAsync(None);

        Assert.Equal([2], upgrades.Made);
        Assert.Equal((StoreSchema.Current, StoreSchema.ThisRelease, 0), await RowAsync());
    }

    /// <summary>Nobody upgrades to the version that the store has.</summary>
    [Fact]
    public async Task Open_MarkedForTheVersionItHas_MarkTakenAway()
    {
        await WriteAsync(StoreSchema.Current, "0.9.0", StoreSchema.Current);
        var upgrades = Going();

        await SchemaOf(upgrades).OpenAsync(None).WithinLimitAsync("nobody is waited for");

        Assert.Equal([], upgrades.Made);
        Assert.Equal((StoreSchema.Current, StoreSchema.ThisRelease, 0), await RowAsync());
    }

    [Fact]
    public async Task Open_AnotherUpgradesForLong_ToldOnce()
    {
        await WriteAsync(StoreSchema.BeforeVersions, StoreSchema.ThisRelease, StoreSchema.Current);
        var log = new LogLines<StoreSchema>();

        var open = SchemaOf(Going(), logger: log).OpenAsync(None);
        for (var look = 0; look < 5; look++)
        {
            await _store.Time.WhenArmedAsync(1);
            _store.Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await _store.Time.WhenArmedAsync(1);
        Assert.Equal([(LogLevel.Information, 2051, "Another process upgrades the store from schema version 1 to 2; waiting for it.")], log.Lines);
        await WriteAsync(StoreSchema.Current, StoreSchema.ThisRelease);
        _store.Time.Advance(TimeSpan.FromMilliseconds(500));
        await open.WithinLimitAsync("it is upgraded");
    }

    /// <summary>One that a newer release has begun to upgrade is newer too, whether that is still at it or has broken off.</summary>
    [Theory]
    [InlineData(3, 0)]
    [InlineData(StoreSchema.Current, 3)]
    [InlineData(StoreSchema.BeforeVersions, 3)]
    public async Task Open_NewerStore_RefusedWithItsRelease(int version, int upgradingTo)
    {
        await WriteAsync(version, "9.1.0", upgradingTo);
        var schema = _store.Services.GetRequiredService<StoreSchema>();
        var expected = $"The store at {_store.Services.GetRequiredService<TableClients>().Endpoint.GetLeftPart(UriPartial.Path)} has schema version 3, written by release 9.1.0; this release, "
            + $"{StoreSchema.ThisRelease}, knows versions up to 2. Start release 9.1.0 or a later one, or name another store with Orchestrator:Storage:TablePrefix. Nothing was changed.";

        Assert.Equal(expected, (await Assert.ThrowsAsync<StoreSchemaException>(() => schema.OpenAsync(None))).Message);
        Assert.Equal(expected, (await Assert.ThrowsAsync<StoreSchemaException>(() => schema.CheckAsync(None))).Message);
        Assert.Equal((version, "9.1.0", upgradingTo), await RowAsync());
    }

    /// <summary>A process that runs while a newer release upgrades the store takes no more work, and does not come back when storage answers.</summary>
    [Fact]
    public async Task Watch_NewerReleaseUpgradesMeanwhile_NothingIsReadOrWrittenAnyMore()
    {
        var task = await _store.SubmitAsync();
        var availability = _store.Services.GetRequiredService<IStorageAvailability>();
        var watch = _store.Services.GetServices<IHostedService>().OfType<SchemaWatch>().Single();
        await watch.StartAsync(None);
        await _store.Time.WhenArmedAsync(1);
        await WriteAsync(StoreSchema.Current, "9.1.0", upgradingTo: 3);

        _store.Time.Advance(SchemaWatch.Interval);
        await Eventually.TrueAsync(() => availability.IsAway, "the newer release is seen");
        await watch.ExecuteTask!.WithinLimitAsync("there is nothing more to see");

        Func<Task>[] calls =
        [
            () => _store.SubmitAsync(),
            () => _store.ClaimAsync(task.Record.Id),
            () => _store.Tasks.GetAsync(task.Record.Id, None),
            () => _store.Services.GetRequiredService<StorageCheck>().CheckAsync(None),
        ];
        foreach (var call in calls)
            Assert.Equal("store_schema_newer", (await Assert.ThrowsAsync<StorageUnavailableException>(call)).Reason);
        _store.Services.GetRequiredService<StorageBreaker>().Succeeded();
        Assert.True(availability.IsAway);
        Assert.Equal((StoreSchema.Current, "9.1.0", 3), await RowAsync());
    }

    [Fact]
    public async Task Watch_NewerStoreSeenAgainAndAgain_ToldOnce()
    {
        var log = new LogLines<StorageCheck>();
        var check = new StorageCheck(
            _store.Services.GetRequiredService<TableAccount>(),
            _store.Services.GetRequiredService<TableClients>(),
            _store.Services.GetRequiredService<StorageBreaker>(),
            _store.Services.GetRequiredService<DayTables>(),
            _store.Services.GetRequiredService<StoreSchema>(),
            log);
        await WriteAsync(3, "9.1.0");

        var newer = await Assert.ThrowsAsync<StoreSchemaException>(() => check.WatchAsync(None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => check.WatchAsync(None));

        Assert.Equal([(LogLevel.Error, 2014, $"{newer.Message} This process runs on, but reads and writes tasks no more: end it.")], log.Lines);
    }

    [Fact]
    public async Task Watch_StorageIsAwayForAWhile_LooksAgain()
    {
        var breaker = _store.Services.GetRequiredService<StorageBreaker>();
        var watch = _store.Services.GetServices<IHostedService>().OfType<SchemaWatch>().Single();
        await watch.StartAsync(None);
        await _store.Time.WhenArmedAsync(1);
        breaker.FoundAway(new IOException("reset"));
        await _store.Time.WhenArmedAsync(2);

        // The probe is answered in between, and the store is found to be newer only at a later look.
        await Eventually.TrueAsync(
            () =>
            {
                _store.Time.Advance(SchemaWatch.Interval);
                return !breaker.IsAway;
            },
            "storage is back");
        await WriteAsync(3, "9.1.0");
        await Eventually.TrueAsync(
            () =>
            {
                _store.Time.Advance(SchemaWatch.Interval);
                return breaker.IsAway;
            },
            "the newer release is seen");
        await watch.ExecuteTask!.WithinLimitAsync("there is nothing more to see");
    }

    private StoreSchema SchemaOf(SchemaUpgrades upgrades, Store? store = null, ILogger<StoreSchema>? logger = null) => new(
        (store ?? _store).Services.GetRequiredService<TableClients>(),
        (store ?? _store).Services.GetRequiredService<TableReader>(),
        (store ?? _store).Services.GetRequiredService<DayTables>(),
        upgrades,
        new SeededRandomSource(upgrades.GetHashCode()),
        _store.Time,
        logger ?? NullLogger<StoreSchema>.Instance);

    private async Task<(int? Version, string? Release, int? UpgradingTo)> RowAsync()
    {
        var row = (await _store.Table(SettingsKeys.Table).GetEntityAsync<TableEntity>(SettingsKeys.Partition, "schema")).Value;
        return (row.GetInt32("Version"), row.GetString("Release"), row.GetInt32("UpgradingTo"));
    }

    private Upgrades Going()
    {
        var upgrades = new Upgrades(_store.Services);
        upgrades.Going.SetResult();
        return upgrades;
    }

    private Task<Azure.Response> WriteAsync(int version, string release, int upgradingTo = 0) => _store.Table(SettingsKeys.Table).UpsertEntityAsync(
        new TableEntity(SettingsKeys.Partition, "schema") { ["Version"] = version, ["Release"] = release, ["UpgradingTo"] = upgradingTo });

    private Task<Azure.Response> RemoveRowAsync() => _store.Table(SettingsKeys.Table).DeleteEntityAsync(SettingsKeys.Partition, "schema");

    private sealed class Upgrades(IServiceProvider services) : SchemaUpgrades(services)
    {
        public List<int> Made { get; } = [];

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Going { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task MakeAsync(int version, CancellationToken cancellationToken)
        {
            Begun.TrySetResult();
            await Going.Task;
            await base.MakeAsync(version, cancellationToken);
            Made.Add(version);
        }
    }
}
