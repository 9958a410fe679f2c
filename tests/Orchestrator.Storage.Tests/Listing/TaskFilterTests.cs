using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Listing;

public sealed class TaskFilterTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task List_AnyFilterOverTasksOfSeveralProcesses_GivesWhatPassesItOnceNewestFirst(int seed)
    {
        Console.WriteLine($"Seed {seed}.");
        var draw = new Random(seed);
        await using var one = await Store.StartAsync(_server, tasksPerSegment: 10);
        await using var two = await Store.StartAsync(_server, tasksPerSegment: 17, sharing: one);
        var tasks = await FillAsync(draw, one, two);
        await two.StopAsync();

        for (var i = 0; i < 60; i++)
        {
            var query = AnyQuery(draw, tasks);
            var read = await ReadAllAsync(draw.Next(2) == 0 ? one : two, query);
            Assert.True(
                tasks.Where(query.Matches).Select(task => task.Id).OrderDescending().SequenceEqual(read.Select(task => task.Id)),
                $"{query} gave {string.Join(' ', read.Select(task => task.Id))}");
        }
    }

    [Fact]
    public async Task List_TitleWithoutATime_IsRefused()
    {
        await using var store = await Store.StartAsync(_server);

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => store.Tasks.ListAsync(new TaskQuery { Title = "a" }, None));

        Assert.Equal("Titles have no index: a search in them needs the time to search from. (Parameter 'query')", exception.Message);
    }

    [Fact]
    public async Task List_AgentOfAnEarlierAttempt_DoesNotShowTheTask()
    {
        await using var store = await Store.StartAsync(_server);
        var id = (await store.SubmitAsync()).Record.Id;
        var (task, lease) = await store.ClaimAsync(id);
        await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Failed(new TaskError("boom", "It broke."), IsRetryable: true), None);
        store.Time.Advance(TimeSpan.FromHours(1));
        await store.Lifecycle.ClaimAsync(id, Store.Claim(2) with { Agent = "other" }, None);

        Assert.Empty(await ReadAllAsync(store, new TaskQuery { Agent = "digester" }));
        Assert.Equal([id], (await ReadAllAsync(store, new TaskQuery { Agent = "other" })).Select(entry => entry.Id));
    }

    [Fact]
    public async Task MarkStarted_QueuedTask_StaysOnItsLists()
    {
        await using var store = await Store.StartAsync(_server);
        var id = (await store.SubmitAsync()).Record.Id;

        await store.Lifecycle.MarkStartedAsync(id, None);

        Assert.Equal([(id, false)], (await ReadAllAsync(store, new TaskQuery { State = TaskState.Queued })).Select(task => (task.Id, task.Unstarted)));
        Assert.False((await store.Tasks.GetAsync(id, None))!.Record.Unstarted);
        Assert.Equal(TaskState.Succeeded, (await store.FinishAsync(id)).State);
    }

    /// <summary>Tasks of two processes in turns, over some days; the newest stand as they were submitted.</summary>
    private static async Task<List<TaskRecord>> FillAsync(Random draw, Store one, Store two)
    {
        string? parent = null;
        var ids = new List<(Store Store, TaskId Id)>();
        for (var i = 0; i < 400; i++)
        {
            var store = draw.Next(3) == 0 ? two : one;
            var task = await store.CreateAsync(task => task with
            {
                Type = draw.Next(4) == 0 ? "other" : task.Type,
                Title = $"Title {draw.Next(20)}",
                Tags = draw.Next(5) == 0 ? ["red", "a/b"] : draw.Next(2) == 0 ? ["blue"] : [],
                Parent = draw.Next(10) == 0 ? parent : null,
                Correlation = draw.Next(30) == 0 ? "order 7" : null,
            });
            parent ??= task.Id.ToString();
            ids.Add((store, task.Id));
            one.Time.Advance(draw.Next(40) == 0 ? TimeSpan.FromHours(draw.Next(9)) : TimeSpan.FromMilliseconds(draw.Next(3)));
        }

        var tasks = new List<TaskRecord>();
        foreach (var (store, id) in ids)
        {
            if (draw.Next(3) == 0)
                await store.FinishAsync(id, agent: draw.Next(10) == 0 ? "rare" : "digester");
            else if (draw.Next(10) == 0)
                await store.Lifecycle.CancelAsync(id, None);
            tasks.Add((await store.Tasks.GetAsync(id, None))!.Record);
        }

        return tasks;
    }

    private static TaskQuery AnyQuery(Random draw, List<TaskRecord> tasks)
    {
        DateTimeOffset? Time() => draw.Next(3) == 0 ? tasks[draw.Next(tasks.Count)].CreatedAt.AddMilliseconds(draw.Next(3) - 1) : null;
        T? Some<T>(int oneIn, T value)
            where T : class => draw.Next(oneIn) == 0 ? value : null;
        var query = new TaskQuery
        {
            State = draw.Next(3) == 0 ? new[] { TaskState.Queued, TaskState.Succeeded, TaskState.Cancelled }[draw.Next(3)] : null,
            Type = Some(5, "other"),
            Agent = Some(6, draw.Next(2) == 0 ? "rare" : "digester"),
            Tag = Some(6, draw.Next(2) == 0 ? "a/b" : "blue"),
            Parent = Some(8, tasks[0].Id.ToString()),
            Correlation = Some(8, "order 7"),
            From = Time(),
            To = Time(),
            PageSize = draw.Next(1, 60),
        };
        return query.From is null ? query : query with { Title = Some(2, "TITLE 1") };
    }

    private static async Task<List<TaskRecord>> ReadAllAsync(Store store, TaskQuery query)
    {
        var read = new List<TaskRecord>();
        for (var pages = 0; pages < 2_000; pages++)
        {
            var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(query, None));
            Assert.InRange(page.Tasks.Count, 0, query.PageSize);
            read.AddRange(page.Tasks);
            if (page.ContinuationToken is null)
                return read;
            query = query with { ContinuationToken = page.ContinuationToken };
        }

        throw new InvalidOperationException($"{query} comes to no end.");
    }
}
