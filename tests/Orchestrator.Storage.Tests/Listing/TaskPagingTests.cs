using Orchestrator.Storage.Listing;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Listing;

/// <summary>Pages of many tasks, counted on a table server in memory.</summary>
public sealed class TaskPagingTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1_000)]
    [InlineData(1_001)]
    [InlineData(2_500)]
    public async Task List_WhileTasksAreAdded_MissesAndRepeatsNothing(int count)
    {
        await using var store = await Store.StartAsync(_server);
        var ids = await SubmitAsync(store, count);

        foreach (var query in new[] { new TaskQuery { PageSize = 200 }, new TaskQuery { PageSize = 200, State = TaskState.Queued }, new TaskQuery { PageSize = 200, Type = "text.digest" } })
        {
            var first = ids.Count;
            var read = new List<TaskId>();
            string? token = null;
            do
            {
                var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(query with { ContinuationToken = token }, None));
                read.AddRange(page.Tasks.Select(task => task.Id));
                token = page.ContinuationToken;
                ids.AddRange(await SubmitAsync(store, 3));
            }
            while (token is not null);

            Assert.Equal(ids.Take(first).OrderDescending(), read);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task List_PageOfManyTasks_ReadsThreeRowsForEachAndSendsFewRequests(int kind)
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 50);
        var ids = await SubmitAsync(store, 1_500);
        await Parallel.ForEachAsync(ids.Where((_, index) => index % 2 == 0), async (id, _) => await store.FinishAsync(id, agent: "even"));
        var query = new[] { new TaskQuery(), new TaskQuery { State = TaskState.Succeeded }, new TaskQuery { Agent = "even" } }[kind];
        await store.Tasks.ListAsync(new TaskQuery { PageSize = 1 }, None);
        _server.ResetCounts();

        var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(query, None));

        var counts = _server.ResetCounts();
        Assert.InRange(page.Tasks.Count, kind == 2 ? 20 : 50, 50);
        Assert.InRange(counts.RowsScanned, page.Tasks.Count, 3 * page.Tasks.Count);
        Assert.InRange(counts.Requests, 2, RequestBudget.Requests);
        Assert.All(page.Tasks, task => Assert.True(query.Matches(task)));
        Assert.NotNull(page.ContinuationToken);
    }

    [Fact]
    public async Task List_EachRequestTakesLongerThanAPageMay_HoldsWhatTheNewestSegmentHas()
    {
        await using var store = await Store.StartAsync(_server);
        var ids = await SubmitAsync(store, 3);
        store.OnRequest = () => store.Time.Advance(2 * RequestBudget.Time);

        var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery(), None));

        Assert.Equal(ids.OrderDescending(), page.Tasks.Select(task => task.Id));
        Assert.Null(page.ContinuationToken);
    }

    [Fact]
    public async Task List_FilterThatNothingPasses_ComesToAnEndInPagesWithinTheBudget()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        await SubmitAsync(store, 1_000);
        var oldest = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery { State = TaskState.Failed }, None));
        _server.ResetCounts();

        var pages = 1;
        for (var token = oldest.ContinuationToken; token is not null; pages++)
        {
            var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery { State = TaskState.Failed, ContinuationToken = token }, None));
            Assert.Empty(page.Tasks);
            Assert.InRange(_server.ResetCounts().Requests, 1, RequestBudget.Requests);
            token = page.ContinuationToken;
        }

        // A hundred segments, 32 for a page.
        Assert.Equal(4, pages);
    }

    [Fact]
    public async Task List_MoreLanesAtOnceThanTheBudgetHas_StillGetsOn()
    {
        var stores = new List<Store> { await Store.StartAsync(_server) };
        for (var i = 0; i < 39; i++)
            stores.Add(await Store.StartAsync(_server, sharing: stores[0]));
        var ids = new List<TaskId>();
        foreach (var store in stores.Concat(stores))
        {
            ids.Add((await store.SubmitAsync()).Record.Id);
            store.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var read = new List<TaskId>();
        for (string? token = ""; token is not null;)
        {
            var page = Assert.IsType<TaskListing.Page>(await stores[0].Tasks.ListAsync(new TaskQuery { ContinuationToken = token.Length == 0 ? null : token }, None));
            read.AddRange(page.Tasks.Select(task => task.Id));
            token = page.ContinuationToken;
        }

        Assert.Equal(ids.OrderDescending(), read);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task List_ProcessThatStopped_IsNotAskedForWhatIsNewer()
    {
        await using var stopped = await Store.StartAsync(_server);
        await SubmitAsync(stopped, 5);
        await stopped.StopAsync();
        await using var store = await Store.StartAsync(_server, sharing: stopped);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        await SubmitAsync(store, 60);
        await store.Tasks.ListAsync(new TaskQuery { PageSize = 1 }, None);
        _server.ResetCounts();

        await store.Tasks.ListAsync(new TaskQuery(), None);

        Assert.Equal(2, _server.ResetCounts().Requests);
    }

    private static async Task<List<TaskId>> SubmitAsync(Store store, int count)
    {
        var ids = new List<TaskId>();
        for (var done = 0; done < count; done += 100)
        {
            ids.AddRange((await Task.WhenAll(Enumerable.Range(0, Math.Min(100, count - done)).Select(_ => store.SubmitAsync()))).Select(task => task.Record.Id));
            store.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return ids;
    }
}
