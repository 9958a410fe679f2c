using Orchestrator.Storage.Tasks;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Tasks;

public sealed class UnstartedTasksTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task List_ManySegments_AsksABoundedNumberAndFindsAllInTime()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var left = new List<TaskId>();
        for (var i = 0; i < 100; i++)
        {
            var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ => (await store.SubmitAsync()).Record.Id));
            foreach (var id in ids.Skip(i % 25 == 7 ? 1 : 0))
                await store.ClaimAsync(id);
            if (i % 25 == 7)
                left.Add(ids[0]);
        }

        var found = new HashSet<TaskId>();
        for (var i = 0; i < 4; i++)
        {
            store.Time.Advance(TimeSpan.FromSeconds(15));
            _server.ResetCounts();
            found.UnionWith(await ListAsync(store));
            Assert.InRange(_server.ResetCounts().Requests, 1, UnstartedTasks.PartitionsPerCall + 15);
        }

        Assert.Equal(left.Order(), found.Order());
        foreach (var id in left)
            await store.Lifecycle.MarkStartedAsync(id, None);
        Assert.Empty(await ListAsync(store));
    }

    [Fact]
    public async Task List_SegmentsThatAreOver_AreAskedEverMoreRarely()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        for (var i = 0; i < 30; i++)
            await store.ClaimAsync((await store.SubmitAsync()).Record.Id);
        await store.StopAsync();

        var requests = 0L;
        for (var i = 0; i < 4 * 60 * 48; i++)
        {
            store.Time.Advance(TimeSpan.FromSeconds(15));
            _server.ResetCounts();
            Assert.Empty(await ListAsync(store));
            requests += _server.Queries.Count(query => query.Table.StartsWith("Tasks", StringComparison.Ordinal));
        }

        // Three segments, after one minute, two, four, and so on for a day, and at the start.
        Assert.InRange(requests, 3 * 10, 3 * 14);
    }

    [Fact]
    public async Task List_EveryStateOfATaskThatIsNotStarted_IsFound()
    {
        await using var store = await Store.StartAsync(_server);
        var ids = new List<TaskId>();
        foreach (var state in new[] { TaskState.Scheduled, TaskState.Blocked, TaskState.Queued, TaskState.Paused })
            ids.Add((await store.CreateAsync(task => task with { State = state })).Id);
        await store.CreateAsync(task => task with { State = TaskState.Scheduled, Unstarted = false });
        store.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(ids.Order(), await ListAsync(store));
        Assert.Equal(ids.Order().Take(2), await store.Tasks.ListUnstartedAsync(store.Time.GetUtcNow(), 2, None));
    }

    private static Task<IReadOnlyList<TaskId>> ListAsync(Store store) => store.Tasks.ListUnstartedAsync(store.Time.GetUtcNow().AddSeconds(-10), 500, None);
}
