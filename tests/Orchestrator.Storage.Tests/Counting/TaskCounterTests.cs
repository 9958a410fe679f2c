using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Stats;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Counting;

public sealed class TaskCounterTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Count_NoTasks_IsNothing()
    {
        await using var store = await Store.StartAsync(_server);

        AssertCounts([], [], store.Time.GetUtcNow(), isPartial: false, await store.Tasks.CountAsync(None));
    }

    [Fact]
    public async Task Count_TasksOfManyStatesAndTypes_IsByStateAndByType()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 0; i < 25; i++)
            await store.CreateAsync(task => task with { Type = i % 5 == 0 ? "other" : task.Type });
        for (var i = 0; i < 10; i++)
            await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        await store.ClaimAsync((await store.SubmitAsync()).Record.Id);

        AssertCounts(
            [(TaskState.Queued, 25), (TaskState.Running, 1), (TaskState.Succeeded, 10)],
            [("other", 5), ("text.digest", 31)],
            store.Time.GetUtcNow(),
            isPartial: false,
            await store.Tasks.CountAsync(None));
    }

    [Fact]
    public async Task Count_SegmentThatIsOver_IsCountedOnceForAllProcesses()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 0; i < 40; i++)
            await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        var live = (await store.SubmitAsync()).Record.Id;
        store.Time.Advance(TimeSpan.FromMinutes(2));
        await store.Tasks.CountAsync(None);
        _server.ResetCounts();

        var again = await store.Tasks.CountAsync(None);
        var own = _server.ResetCounts();
        await using var other = await Store.StartAsync(_server, sharing: store);
        _server.ResetCounts();
        var others = await other.Tasks.CountAsync(None);

        AssertCounts([(TaskState.Queued, 1), (TaskState.Succeeded, 40)], [("text.digest", 41)], store.Time.GetUtcNow(), isPartial: false, again);
        AssertCounts([(TaskState.Queued, 1), (TaskState.Succeeded, 40)], [("text.digest", 41)], store.Time.GetUtcNow(), isPartial: false, others);

        // The directory, and the one segment that is open; for another process the stored counts and the old directory too.
        Assert.Equal((2, 4), (own.Requests, _server.ResetCounts().Requests));

        await store.FinishAsync(live);
        Assert.Equal(41, (await store.Tasks.CountAsync(None)).ByState[TaskState.Succeeded]);
    }

    [Fact]
    public async Task Count_DeletedTask_CountsNoMore()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var ids = new List<TaskId>();
        for (var i = 0; i < 20; i++)
            ids.Add((await store.FinishAsync((await store.SubmitAsync()).Record.Id)).Id);
        await store.StopAsync();
        store.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(20, (await store.Tasks.CountAsync(None)).Total);

        await store.Tasks.DeleteAsync(ids[3], None);

        Assert.Equal(19, (await store.Tasks.CountAsync(None)).Total);
        await using var other = await Store.StartAsync(_server, sharing: store);
        Assert.Equal(19, (await other.Tasks.CountAsync(None)).Total);
    }

    [Fact]
    public async Task Count_ManySegments_GoesOnInLaterCalls()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 0; i < 50; i++)
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.SubmitAsync()));
        _server.ResetCounts();

        var first = await store.Tasks.CountAsync(None);
        var firstAt = store.Time.GetUtcNow();
        var requests = _server.ResetCounts().Requests;
        store.Time.Advance(TimeSpan.FromSeconds(10));
        var second = await store.Tasks.CountAsync(None);

        Assert.Equal((10 * TaskCounter.SegmentsPerCall, true), (first.Total, first.IsPartial));
        Assert.InRange(requests, TaskCounter.SegmentsPerCall, TaskCounter.SegmentsPerCall + 3);
        Assert.Equal((500, false, firstAt), (second.Total, second.IsPartial, second.AsOf));
    }

    [Fact]
    public async Task Count_TaskDeletedByAnotherProcessInBetween_IsNotKept()
    {
        // Whenever the deletion comes: before each of the requests that the count sends, and after it.
        var requests = 100;
        for (var at = 1; at <= requests + 1; at++)
        {
            await using var server = await TableServer.StartAsync();
            await using var store = await Store.StartAsync(server, tasksPerSegment: 10);
            var ids = new List<TaskId>();
            for (var i = 0; i < 5; i++)
                ids.Add((await store.FinishAsync((await store.SubmitAsync()).Record.Id)).Id);
            await store.StopAsync();
            store.Time.Advance(TimeSpan.FromMinutes(2));
            await using var other = await Store.StartAsync(server, sharing: store);

            var sent = 0;
            other.OnRequest = () =>
            {
                if (Interlocked.Increment(ref sent) == at)
                    store.Tasks.DeleteAsync(ids[2], None).GetAwaiter().GetResult();
            };
            await other.Tasks.CountAsync(None);
            requests = sent;
            if (at > requests)
                await store.Tasks.DeleteAsync(ids[2], None);
            other.OnRequest = null;
            await other.Tasks.CountAsync(None);

            await using var third = await Store.StartAsync(server, sharing: store);
            Assert.Equal((at, 4), (at, (await third.Tasks.CountAsync(None)).Total));
            store.Time.Advance(TimeSpan.FromMinutes(11));
            Assert.Equal((at, 4), (at, (await other.Tasks.CountAsync(None)).Total));
        }

        Assert.InRange(requests, 4, 10);
    }

    [Fact]
    public async Task Count_WithdrawnCount_IsCountedAnewAndKeptAgain()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var ids = new List<TaskId>();
        for (var i = 0; i < 5; i++)
            ids.Add((await store.FinishAsync((await store.SubmitAsync()).Record.Id)).Id);
        await store.StopAsync();
        store.Time.Advance(TimeSpan.FromMinutes(2));
        await store.Tasks.CountAsync(None);
        await store.Tasks.DeleteAsync(ids[0], None);
        var withdrawn = await OnlyCountAsync(store);
        Assert.True(withdrawn.GetBoolean("Withdrawn"));

        await using var other = await Store.StartAsync(_server, sharing: store);
        Assert.Equal(4, (await other.Tasks.CountAsync(None)).Total);

        var kept = await OnlyCountAsync(store);
        Assert.Equal((null, """{"Succeeded":4}"""), (kept.GetBoolean("Withdrawn"), kept.GetString("States")));
    }

    [Fact]
    public async Task Count_RowThatCannotBeRead_TheOthersCountAndNoCountIsKept()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        TaskId id = default;
        for (var i = 0; i < 5; i++)
            id = (await store.FinishAsync((await store.SubmitAsync()).Record.Id)).Id;
        var table = store.Table(TaskKeys.Table(id));
        var foreign = new TableEntity(TaskKeys.Partition(id.Shard), $"s!Waiting!{TaskKeys.Invert(id)}") { ["State"] = "Waiting", ["Type"] = "text.digest" };
        await table.AddEntityAsync(foreign);
        await store.StopAsync();
        store.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(5, (await store.Tasks.CountAsync(None)).Total);
        Assert.Equal(5, (await store.Services.GetRequiredService<ITaskStatistics>().ReadAsync(None)).LastHour.ByState[TaskState.Succeeded]);
        Assert.Empty(await CountsAsync(store));

        await table.DeleteEntityAsync(foreign.PartitionKey, foreign.RowKey);
        Assert.Equal(5, (await store.Tasks.CountAsync(None)).Total);
        await OnlyCountAsync(store);
    }

    [Theory]
    [InlineData("States", """{"Waiting":5}""")]
    [InlineData("States", "what")]
    [InlineData("Finishes0", "what")]
    public async Task Count_KeptCountThatCannotBeRead_DoesNotStopTheOthers(string column, string text)
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 0; i < 5; i++)
            await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        await store.StopAsync();
        store.Time.Advance(TimeSpan.FromMinutes(2));
        await store.Tasks.CountAsync(None);
        var kept = await OnlyCountAsync(store);
        kept[column] = text;
        await store.Table(DayKeys.Table).UpdateEntityAsync(kept, ETag.All, TableUpdateMode.Replace);

        await using var other = await Store.StartAsync(_server, sharing: store);

        Assert.Equal(5, (await other.Services.GetRequiredService<ITaskStatistics>().ReadAsync(None)).Counts.Total);
    }

    private static async Task<TableEntity> OnlyCountAsync(Store store) => Assert.Single(await CountsAsync(store));

    private static async Task<List<TableEntity>> CountsAsync(Store store)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in store.Table(DayKeys.Table).QueryAsync<TableEntity>(row => row.PartitionKey == CountKeys.Partition))
            rows.Add(row);
        return rows;
    }

    private static void AssertCounts((TaskState, long)[] states, (string, long)[] types, DateTimeOffset asOf, bool isPartial, TaskCounts counts)
    {
        Assert.Equal(states, counts.ByState.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(types, counts.ByType.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
        Assert.Equal((asOf, isPartial), (counts.AsOf, counts.IsPartial));
    }
}
