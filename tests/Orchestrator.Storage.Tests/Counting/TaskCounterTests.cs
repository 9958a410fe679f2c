using Orchestrator.Storage.Counting;
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

    private static void AssertCounts((TaskState, long)[] states, (string, long)[] types, DateTimeOffset asOf, bool isPartial, TaskCounts counts)
    {
        Assert.Equal(states, counts.ByState.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(types, counts.ByType.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value)));
        Assert.Equal((asOf, isPartial), (counts.AsOf, counts.IsPartial));
    }
}
