using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Recovery;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Recovery;

public sealed class PartitionRoundsTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private TableServer _server = null!;
    private Store _store = null!;
    private PartitionRounds _rounds = null!;
    private int _lanes;

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync();
        _store = await Store.StartAsync(_server);
        await _store.Table(DayKeys.Table).CreateIfNotExistsAsync();
        _rounds = new PartitionRounds(_store.Services.GetRequiredService<SegmentDirectory>(), Minute);
        Assert.Empty(await NextAsync(10));
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Next_MoreComeThanACallLooksAt_LookedAtInTheOrderInWhichTheyCame()
    {
        var came = new List<int>();
        var looked = new List<int>();
        for (var minute = 0; minute < 60; minute++)
        {
            _store.Time.Advance(Minute);
            for (var i = 0; i < 3; i++)
            {
                came.Add(20 + came.Count);
                await AddAsync(came[^1]);
            }

            foreach (var partition in await NextAsync(4))
            {
                looked.Add(partition.Shard);
                _rounds.Settle(partition, Now + Minute);
            }
        }

        // At least every other place is one's who has never been looked at, though others are due again.
        var first = looked.Distinct().ToList();
        Assert.InRange(first.Count, 119, came.Count);
        var minutes = first.Select(shard => (shard - 20) / 3);
        Assert.Equal(minutes.Order(), minutes);
        Assert.Equal(came.Take(first.Count / 3 * 3), first.Take(first.Count / 3 * 3).Order());
        Assert.True(looked.Count > first.Count, "Those looked at before must have their turn too.");
    }

    [Fact]
    public async Task Settle_Never_RememberedOnlyWhileTheDirectoryMayNameIt()
    {
        for (var shard = 100; shard < 150; shard++)
            await AddAsync(shard);
        foreach (var partition in await NextAsync(100))
            _rounds.Settle(partition, due: null);
        Assert.Equal(50, _rounds.Remembered);

        _store.Time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await NextAsync(100));
        _store.Time.Advance(TimeSpan.FromHours(5));
        Assert.Empty(await NextAsync(100));
        Assert.Equal(0, _rounds.Remembered);

        _store.Time.Advance(Minute);
        Assert.Empty(await NextAsync(100));
    }

    [Fact]
    public async Task Settle_NeverAndThenAnotherSegmentComes_DueAgain()
    {
        await AddAsync(100);
        foreach (var partition in await NextAsync(100))
            _rounds.Settle(partition, due: null);

        _store.Time.Advance(Minute);
        await AddAsync(100);

        Assert.Equal([100], (await NextAsync(100)).Select(partition => partition.Shard));
    }

    [Fact]
    public async Task Settle_ForLongAndThenAnotherSegmentComes_DueAfterThePause()
    {
        await AddAsync(100);
        foreach (var partition in await NextAsync(100))
            _rounds.Settle(partition, Now.AddHours(8));

        _store.Time.Advance(Minute);
        await AddAsync(100);

        Assert.Empty(await NextAsync(100));
        _store.Time.Advance(Minute);
        Assert.Equal([100], (await NextAsync(100)).Select(partition => partition.Shard));
    }

    [Fact]
    public async Task IsDone_MorePartitionsThanAreTakenUpAtOnce_OnlyOnceEachHasBeenLookedAt()
    {
        const int count = PartitionRounds.MostUnseen + 40;
        for (var i = 0; i < count; i++)
            await AddAsync(i % 200, Now.AddDays(-1 - (i / 200)));
        var rounds = new PartitionRounds(_store.Services.GetRequiredService<SegmentDirectory>(), Minute);
        Assert.Equal((false, false), (rounds.IsDone(Now), rounds.HasSeenAll));

        var looked = 0;
        while (!rounds.IsDone(Now))
        {
            foreach (var partition in await rounds.NextAsync(100, Now, CancellationToken.None))
            {
                rounds.Settle(partition, Now + Minute);
                looked++;
            }
        }

        Assert.Equal(count, looked);
        _store.Time.Advance(Minute);
        Assert.Equal((false, true), (rounds.IsDone(Now), rounds.HasSeenAll));
    }

    [Fact]
    public async Task Next_ManyPartitionsOfEarlierDays_EachOnceNewestFirst()
    {
        for (var day = 0; day < 5; day++)
        {
            for (var shard = 0; shard < 200; shard++)
                await AddAsync(20 + shard, Now.AddDays(-day));
        }

        var rounds = new PartitionRounds(_store.Services.GetRequiredService<SegmentDirectory>(), Minute);
        var seen = new List<SegmentPartition>();
        while (await rounds.NextAsync(64, Now, CancellationToken.None) is { Count: > 0 } partitions)
        {
            seen.AddRange(partitions);
            foreach (var partition in partitions)
                rounds.Settle(partition, due: null);
        }

        Assert.Equal(1_000, seen.Distinct().Count());
        Assert.Equal(1_000, seen.Count);
        Assert.Equal(seen.OrderByDescending(partition => partition.Day), seen);
    }

    private DateTimeOffset Now => _store.Time.GetUtcNow();

    private Task<IReadOnlyList<SegmentPartition>> NextAsync(int count) => _rounds.NextAsync(count, Now, CancellationToken.None);

    /// <summary>Adds a segment that opens and closes now.</summary>
    private Task<Azure.Response> AddAsync(int shard, DateTimeOffset? at = null)
    {
        var time = (at ?? Now).ToUnixTimeMilliseconds();
        var segment = new TaskSegment($"lane{_lanes++}", TaskShards.PeriodOf(time), shard, [time]);
        return _store.Table(DayKeys.Table).AddEntityAsync(SegmentRow.Create(segment, closedAt: time + 1));
    }
}
