using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Listing;

public sealed class TaskListerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task List_NoTasks_IsOneEmptyPage()
    {
        await using var store = await Store.StartAsync(azurite);

        var page = await PageAsync(store, new TaskQuery());

        Assert.Empty(page.Tasks);
        Assert.Null(page.ContinuationToken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(50)]
    public async Task List_TasksOfSeveralDaysAndShards_GivesEachOnceNewestFirst(int pageSize)
    {
        await using var store = await Store.StartAsync(azurite, tasksPerSegment: 10);
        var ids = new List<TaskId>();
        for (var day = 0; day < 3; day++)
        {
            for (var i = 0; i < 4; i++)
            {
                ids.Add((await store.SubmitAsync()).Record.Id);
                store.Time.Advance(TimeSpan.FromMilliseconds(i % 2));
            }

            store.Time.Advance(TimeSpan.FromDays(2));
        }

        var read = await ReadAllAsync(store, new TaskQuery { PageSize = pageSize }, whileReading: () => store.SubmitAsync());

        Assert.Equal(ids.OrderDescending(), read.Select(task => task.Id));
        Assert.All(read, task => Assert.Equal((null, null, "A title", "text.digest"), (task.Input, task.Output, task.Title, task.Type)));
    }

    [Fact]
    public async Task List_OneState_ShowsTasksAsTheyStand()
    {
        await using var store = await Store.StartAsync(azurite);
        var queued = (await store.SubmitAsync("{}", null, "x", "y")).Record;
        var running = (await store.ClaimAsync((await store.SubmitAsync()).Record.Id)).Task.Record;
        var cancelling = (await store.Lifecycle.CancelAsync((await store.ClaimAsync((await store.SubmitAsync()).Record.Id)).Task.Record.Id, None))!.Task.Record;
        var done = await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        var (failing, lease) = await store.ClaimAsync((await store.SubmitAsync()).Record.Id);
        var failed = (await store.Lifecycle.CompleteAsync(failing, lease, new AttemptOutcome.Failed(new TaskError("boom", "It broke."), IsRetryable: false), None)).Task.Record;

        await AssertStateAsync(store, TaskState.Queued, queued);
        await AssertStateAsync(store, TaskState.Running, running, cancelling);
        await AssertStateAsync(store, TaskState.Succeeded, done);
        await AssertStateAsync(store, TaskState.Failed, failed);
        await AssertStateAsync(store, TaskState.Cancelled);
    }

    [Fact]
    public async Task List_DaysWithoutAMatch_AreReadUpToTheBudget()
    {
        await using var store = await Store.StartAsync(azurite);
        var oldest = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(oldest);
        for (var day = 0; day < 33; day++)
        {
            store.Time.Advance(TimeSpan.FromDays(1));
            await store.SubmitAsync();
        }

        var query = new TaskQuery { State = TaskState.Succeeded };
        var empty = await PageAsync(store, query);
        var rest = await PageAsync(store, query with { ContinuationToken = empty.ContinuationToken });

        Assert.Empty(empty.Tasks);
        Assert.NotNull(empty.ContinuationToken);
        Assert.Equal([oldest], rest.Tasks.Select(task => task.Id));
        Assert.Null(rest.ContinuationToken);
    }

    [Fact]
    public async Task List_TokenThatIsNotForThisQuery_IsRefused()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.SubmitAsync();
        await store.SubmitAsync();
        var token = (await PageAsync(store, new TaskQuery { PageSize = 1 })).ContinuationToken!;
        var changed = (token[5] == 'A' ? 'B' : 'A') is var other ? token[..5] + other + token[6..] : "";

        Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery { PageSize = 100, ContinuationToken = token }, None));
        foreach (var forged in new[] { "", "x", changed, token + "A", token[..^2], new string('A', 10_000), "é/+=" })
            Assert.IsType<TaskListing.InvalidToken>(await store.Tasks.ListAsync(new TaskQuery { ContinuationToken = forged }, None));
        Assert.IsType<TaskListing.InvalidToken>(await store.Tasks.ListAsync(new TaskQuery { State = TaskState.Queued, ContinuationToken = token }, None));
    }

    [Fact]
    public async Task List_TokenOfAnotherProcess_IsGood()
    {
        await using var one = await Store.StartAsync(azurite);
        await using var two = await Store.StartAsync(azurite, sharing: one);
        var older = (await one.SubmitAsync()).Record.Id;
        one.Time.Advance(TimeSpan.FromMilliseconds(1));
        await one.SubmitAsync();
        var token = (await PageAsync(one, new TaskQuery { PageSize = 1 })).ContinuationToken;

        Assert.Equal([older], (await PageAsync(two, new TaskQuery { ContinuationToken = token })).Tasks.Select(task => task.Id));
    }

    private static async Task AssertStateAsync(Store store, TaskState state, params TaskRecord[] expected)
    {
        var page = await PageAsync(store, new TaskQuery { State = state });
        Assert.Equal(expected.Select(Summary).Order(StringComparer.Ordinal), page.Tasks.Select(Summary).Order(StringComparer.Ordinal));
    }

    private static string Summary(TaskRecord task) =>
        $"{task.Id} {task.Type} {task.Title} {task.State} {task.Priority} {string.Join(',', task.Tags)} {task.Error} {task.Attempt} {task.Agent} {task.CancelRequested} {task.UpdatedAt} {task.StartedAt} {task.FinishedAt}";

    private static async Task<TaskListing.Page> PageAsync(Store store, TaskQuery query) =>
        Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(query, None));

    private static async Task<List<TaskRecord>> ReadAllAsync(Store store, TaskQuery query, Func<Task> whileReading)
    {
        var read = new List<TaskRecord>();
        string? token = null;
        do
        {
            var page = await PageAsync(store, query with { ContinuationToken = token });
            Assert.InRange(page.Tasks.Count, 0, query.PageSize);
            read.AddRange(page.Tasks);
            token = page.ContinuationToken;
            await whileReading();
        }
        while (token is not null);

        return read;
    }
}
