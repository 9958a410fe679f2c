using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Stats;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Counting;

public sealed class TaskStatisticsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Read_NoTasks_Nothing()
    {
        await using var store = await Store.StartAsync(_server);

        var statistics = await ReadAsync(store);

        Assert.Equal((0, false, 0), (statistics.Counts.Total, statistics.Counts.IsPartial, statistics.LiveByType.Count));
        Assert.Null(statistics.OldestQueued);
        Assert.Null(statistics.MostOverdue);
        Assert.Equal((0, 0, 0), (statistics.LastHour.ByState.Count, statistics.LastHour.Wait.Count, statistics.LastHour.Run.Count));
        Assert.Null(statistics.LastHour.Wait.Percentile(0.5));
        Assert.Equal((store.Time.GetUtcNow().AddHours(-1), store.Time.GetUtcNow()), (statistics.LastHour.Since, statistics.LastHour.Until));
    }

    [Fact]
    public async Task Read_TasksThatEnded_TheirTimesAndStates()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 1; i <= 25; i++)
            await LiveAsync(store, wait: TimeSpan.FromMilliseconds(i), run: TimeSpan.FromSeconds(i));
        await store.Lifecycle.CancelAsync((await store.SubmitAsync()).Record.Id, None);
        await store.SubmitAsync();

        var hour = (await ReadAsync(store)).LastHour;

        Assert.Equal([(TaskState.Succeeded, 25), (TaskState.Cancelled, 1)], hour.ByState.OrderBy(state => state.Key).Select(state => (state.Key, state.Value)));
        Assert.Equal((25, 25), (hour.Wait.Count, hour.Run.Count));
        Assert.Equal((13, 24, 25), (hour.Wait.Percentile(0.5)!.Value.TotalMilliseconds, hour.Wait.Percentile(0.95)!.Value.TotalMilliseconds, hour.Wait.Percentile(0.99)!.Value.TotalMilliseconds));
        Assert.InRange(hour.Run.Percentile(0.5)!.Value.TotalSeconds, 13 * 0.968, 13 * 1.032);
        Assert.InRange(hour.Run.Percentile(0.99)!.Value.TotalSeconds, 25 * 0.968, 25 * 1.032);
    }

    [Fact]
    public async Task Read_OtherProcessesAndAnHourLater_TheSameAndThenNothing()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 1; i <= 25; i++)
            await LiveAsync(store, wait: TimeSpan.FromMilliseconds(i), run: TimeSpan.FromMilliseconds(10 * i));
        await store.StopAsync();
        store.Time.Advance(TimeSpan.FromMinutes(2));
        var own = await ReadAsync(store);
        await using var other = await Store.StartAsync(_server, sharing: store);
        _server.ResetCounts();

        var others = await ReadAsync(other);

        // The directory, that of old, the counts, and of those what ended of late: no segment is looked at.
        Assert.Equal(4, _server.ResetCounts().Requests);
        AssertSame(own, others);
        Assert.Equal(25, others.LastHour.ByState[TaskState.Succeeded]);
        AssertSame(own, await ReadAsync(other));
        Assert.Equal(1, _server.ResetCounts().Requests);

        store.Time.Advance(TimeSpan.FromMinutes(62));
        Assert.Equal((25, 0, 0), await TotalsAsync(store));
        Assert.Equal((25, 0, 0), await TotalsAsync(other));
    }

    [Fact]
    public async Task Read_ATaskEndsInASegmentThatWasCounted_IsSeen()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var live = (await store.SubmitAsync()).Record.Id;
        for (var i = 1; i < 10; i++)
            await LiveAsync(store, TimeSpan.Zero, TimeSpan.Zero);
        store.Time.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal((10, 0, 0), await TotalsAsync(store));

        await store.FinishAsync(live);

        Assert.Equal((10, 1, 1), await TotalsAsync(store));
        Assert.Equal((10, 1, 1), await TotalsAsync(store));
    }

    [Fact]
    public async Task Read_Queued_TheOldestAndLiveByType()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        await store.CreateAsync(task => task with { Type = "other", State = TaskState.Paused });
        var queued = new List<(TaskId Id, DateTimeOffset Since)>();
        for (var i = 0; i < 30; i++)
        {
            store.Time.Advance(TimeSpan.FromSeconds(1));
            queued.Add(((await store.SubmitAsync()).Record.Id, store.Time.GetUtcNow()));
        }

        Assert.Equal(new OldestQueued(queued[0].Id, queued[0].Since), (await ReadAsync(store)).OldestQueued);
        foreach (var (id, _) in queued[..20])
            await store.FinishAsync(id);
        var statistics = await ReadAsync(store);

        Assert.Equal(new OldestQueued(queued[20].Id, queued[20].Since), statistics.OldestQueued);
        Assert.Equal([("other", 1), ("text.digest", 10)], statistics.LiveByType.OrderBy(type => type.Key, StringComparer.Ordinal).Select(type => (type.Key, type.Value)));
    }

    [Fact]
    public async Task Read_MoreSegmentsThanACallCounts_OldestIsLookedAtAgainAndCountsStayWhole()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var queued = new List<TaskId>();
        for (var i = 0; i < 500; i++)
        {
            store.Time.Advance(TimeSpan.FromMilliseconds(1));
            queued.Add((await store.SubmitAsync()).Record.Id);
        }

        await ReadAsync(store);
        Assert.Equal(queued[0], (await ReadAsync(store)).OldestQueued!.Id);

        // The next call counts those segments that were counted first: the newest, not those that the oldest tasks are in.
        await store.FinishAsync(queued[0]);
        await store.FinishAsync(queued[1]);
        _server.ResetCounts();
        store.Time.Advance(TimeSpan.FromSeconds(2));
        var statistics = await ReadAsync(store);

        Assert.Equal(queued[2], statistics.OldestQueued!.Id);
        Assert.InRange(_server.ResetCounts().Requests, TaskCounter.SegmentsPerCall, TaskCounter.SegmentsPerCall + TaskCounter.OldestLooks + 1);

        // Reading everything anew forgets no segment that is only to be counted again.
        store.Time.Advance(TimeSpan.FromMinutes(11));
        statistics = await ReadAsync(store);
        Assert.Equal((500, false), (statistics.Counts.Total, statistics.Counts.IsPartial));
    }

    [Fact]
    public async Task Read_ScheduledPastTheirTime_TheMostOverdueUntilItIsBegun()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var later = await ScheduledAsync(store, TimeSpan.FromMinutes(30));
        var sooner = await ScheduledAsync(store, TimeSpan.FromMinutes(20));
        await store.CreateAsync(task => task with { State = TaskState.Paused, DueAt = store.Time.GetUtcNow() });
        await store.SubmitAsync();
        Assert.Null((await ReadAsync(store)).MostOverdue);

        store.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Null((await ReadAsync(store)).MostOverdue);
        store.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(sooner, (await ReadAsync(store)).MostOverdue);
        store.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(sooner, (await ReadAsync(store)).MostOverdue);
        await store.FinishAsync(sooner.Id);
        Assert.Equal(later, (await ReadAsync(store)).MostOverdue);
        await store.FinishAsync(later.Id);
        Assert.Null((await ReadAsync(store)).MostOverdue);
    }

    [Fact]
    public async Task Read_OverdueInSegmentsThatWereNotCountedOfLate_NoneThatHasBegunIsShownAndTheLooksAreBounded()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var tasks = new List<OverdueTask>();
        for (var i = 0; i < 700; i++)
            tasks.Add(await ScheduledAsync(store, TimeSpan.FromHours(1)));
        for (var call = 0; call < 3; call++)
            Assert.Null((await ReadAsync(store)).MostOverdue);
        store.Time.Advance(TimeSpan.FromHours(2));
        foreach (var (id, _) in tasks[..600])
            await store.FinishAsync(id);

        // Most segments look as they did: their tasks overdue. Each call looks at a few of them anew.
        OverdueTask? found = null;
        for (var call = 0; call < 3 && found is null; call++)
        {
            _server.ResetCounts();
            found = (await ReadAsync(store)).MostOverdue;
            Assert.InRange(_server.ResetCounts().Requests, 1, (2 * (TaskCounter.SegmentsPerCall + TaskCounter.OverdueLooks)) + 4);
            Assert.True(found is null || tasks.IndexOf(found) >= 600, $"{found} has begun");
        }

        Assert.Equal(tasks[600], found);
    }

    [Fact]
    public async Task Read_CountsOfTheReleaseBefore_AreCountedAnewIfTheyAreOfTheLastHour()
    {
        var server = await TableServer.StartAsync();
        await using (server)
        {
            await using var store = await Store.StartAsync(server, tasksPerSegment: 10);
            for (var i = 0; i < 10; i++)
                await LiveAsync(store, TimeSpan.Zero, TimeSpan.Zero);
            await store.StopAsync();
            store.Time.Advance(TimeSpan.FromMinutes(2));
            await store.Tasks.CountAsync(None);
            var table = store.Table(DayKeys.Table);
            await foreach (var row in table.QueryAsync<Azure.Data.Tables.TableEntity>(row => row.PartitionKey == CountKeys.Partition))
            {
                row.Remove("LastFinish");
                row.Remove("Finishes0");
                await table.UpdateEntityAsync(row, Azure.ETag.All, Azure.Data.Tables.TableUpdateMode.Replace);
            }

            await using var other = await Store.StartAsync(server, sharing: store);
            Assert.Equal((10, 10, 10), await TotalsAsync(other));
        }
    }

    private static async Task<(long Total, long Finished, long Waits)> TotalsAsync(Store store)
    {
        var statistics = await ReadAsync(store);
        return (statistics.Counts.Total, statistics.LastHour.ByState.Values.Sum(), statistics.LastHour.Wait.Count);
    }

    private static void AssertSame(TaskStatistics expected, TaskStatistics actual)
    {
        Assert.Equal(expected.Counts.ByState, actual.Counts.ByState);
        Assert.Equal(expected.LiveByType, actual.LiveByType);
        Assert.Equal(expected.OldestQueued, actual.OldestQueued);
        Assert.Equal(expected.MostOverdue, actual.MostOverdue);
        Assert.Equal(expected.LastHour.ByState, actual.LastHour.ByState);
        Assert.Equal(expected.LastHour.Wait.Buckets, actual.LastHour.Wait.Buckets);
        Assert.Equal(expected.LastHour.Run.Buckets, actual.LastHour.Run.Buckets);
    }

    private static Task<TaskStatistics> ReadAsync(Store store) => store.Services.GetRequiredService<ITaskStatistics>().ReadAsync(None);

    private static async Task<OverdueTask> ScheduledAsync(Store store, TimeSpan delay)
    {
        store.Time.Advance(TimeSpan.FromMilliseconds(1));
        var dueAt = store.Time.GetUtcNow() + delay;
        var task = await store.CreateAsync(task => task with { State = TaskState.Scheduled, DueAt = dueAt });
        return new OverdueTask(task.Id, dueAt);
    }

    private static async Task LiveAsync(Store store, TimeSpan wait, TimeSpan run)
    {
        var id = (await store.SubmitAsync()).Record.Id;
        store.Time.Advance(wait);
        var (task, lease) = await store.ClaimAsync(id);
        store.Time.Advance(run);
        await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded("1"), None);
    }
}
