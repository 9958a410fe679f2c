using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Recovery;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Storage.Tests.Recovery;

public sealed class RecoveryStoresTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private TableServer _server = null!;
    private Store _store = null!;

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync(_clock);
        _store = await Store.StartAsync(_server, tasksPerSegment: 10);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _server.DisposeAsync();
    }

    private ITasksUnderWay UnderWay => _store.Services.GetRequiredService<ITasksUnderWay>();

    private IPayloadOrphans Payloads => _store.Services.GetRequiredService<IPayloadOrphans>();

    [Fact]
    public async Task ListNext_TasksOfAllStates_ThoseUnderWayOrMarked()
    {
        var queued = (await _store.SubmitAsync()).Record.Id;
        var running = (await _store.SubmitAsync()).Record.Id;
        await _store.ClaimAsync(running);
        await _store.FinishAsync((await _store.SubmitAsync()).Record.Id);
        var marked = (await _store.CreateAsync(task => task with { State = TaskState.Succeeded, FinishedAt = task.UpdatedAt, Unstarted = true })).Id;

        var tasks = await ListNextAsync();

        Assert.Equal(new[] { queued, running, marked }.Order(), tasks.Select(task => task.Id));
        Assert.Equal(TaskState.Running, (await UnderWay.FindAsync(running, None))!.State);
        Assert.Null(await UnderWay.FindAsync(TaskKeys.FirstOf(_clock.GetUtcNow()), None));
    }

    [Fact]
    public async Task ListNext_ManySegmentsThatAreOver_CostNothingAfterADay()
    {
        for (var i = 0; i < 100; i++)
            await _store.FinishAsync((await _store.SubmitAsync()).Record.Id);
        var live = (await _store.SubmitAsync()).Record.Id;
        await _store.ClaimAsync(live);

        // Ten are over; one has a task that runs.
        for (var i = 0; i < 60; i++)
        {
            Advance(TimeSpan.FromHours(1));
            await ListNextAsync();
        }

        _server.ResetCounts();
        Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([live], (await ListNextAsync()).Select(task => task.Id));

        // The newest rows of the directory, and the one segment.
        Assert.Equal(2, _server.ResetCounts().Requests);
    }

    [Fact]
    public async Task ListNext_MoreTasksThanThereIsRoomFor_TheOthersInLaterCallsAndEachOnce()
    {
        var ids = new List<TaskId>();
        for (var i = 0; i < 35; i++)
            ids.Add((await _store.SubmitAsync()).Record.Id);
        var unwanted = ids[3];

        var pages = new List<TasksUnderWayPage>();
        do
            pages.Add(await UnderWay.ListNextAsync(7, task => task.Id != unwanted, None));
        while (pages[^1].Tasks.Count > 0);

        Assert.Equal([(7, false), (7, false), (7, false), (7, false), (6, true), (0, true)], pages.Select(page => (page.Tasks.Count, page.IsEnd)));
        Assert.Equal(pages.Select(page => page.IsEnd), pages.Select(page => page.HasSeenAll));
        Assert.Equal(ids.Where(id => id != unwanted).Order(), pages.SelectMany(page => page.Tasks).Select(task => task.Id).Order());

        // The round is over; a minute later comes another one.
        Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(34, (await UnderWay.ListNextAsync(100, task => task.Id != unwanted, None)).Tasks.Count);
    }

    [Fact]
    public async Task ListNext_RowThatCannotBeRead_TheOthersAndNoLookMoreThanWithoutIt()
    {
        var task = (await _store.SubmitAsync()).Record;
        await _store.FinishAsync(task.Id);
        var live = (await _store.SubmitAsync()).Record.Id;
        await AddUnreadableAsync(task);

        Assert.Equal([live], (await ListNextAsync()).Select(found => found.Id));

        await _store.FinishAsync(live);
        await _store.StopAsync();
        for (var i = 0; i < 60; i++)
        {
            Advance(TimeSpan.FromHours(1));
            Assert.Empty(await ListNextAsync());
        }

        // The newest rows of the directory.
        _server.ResetCounts();
        Assert.Empty(await ListNextAsync());
        Assert.Equal(1, _server.ResetCounts().Requests);
    }

    [Fact]
    public async Task Sweep_RowsThatCannotBeRead_LeftAndTheOthersRemoved()
    {
        var large = '"' + new string('x', 100_000) + '"';
        var foreign = (await _store.SubmitAsync(large)).Record;
        var newer = (await _store.SubmitAsync(large)).Record;
        await SetAsync(foreign, "State", "Waiting");
        await SetAsync(newer, "Schema", 3);
        var gone = TaskId.New(foreign.Id.CreatedAt, foreign.Id.Shard, new SeededRandomSource(1));
        var table = _store.Table(TaskKeys.Table(gone));
        foreach (var key in new[] { "p!what", TaskKeys.Chunk(foreign.Id, 'o', "0123456789abcdef", 0), TaskKeys.Chunk(newer.Id, 'o', "0123456789abcdef", 0), TaskKeys.Chunk(gone, 'i', "0123456789abcdef", 0) })
            await table.AddEntityAsync(new Azure.Data.Tables.TableEntity(TaskKeys.Partition(gone.Shard), key) { ["Schema"] = 2 });
        var rows = await _store.RowsAsync();

        Advance(TimeSpan.FromHours(1.5));
        Assert.Equal(1, await Payloads.SweepAsync(None));

        Assert.EndsWith(TaskKeys.Chunk(gone, 'i', "0123456789abcdef", 0), Assert.Single(rows.Except(await _store.RowsAsync())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweep_PartsThatNoTaskNames_RemovedWhenOld()
    {
        var large = '"' + new string('x', 100_000) + '"';
        var task = (await _store.SubmitAsync(large)).Record.Id;
        await _store.FinishAsync(task, large);
        var gone = TaskId.New(task.CreatedAt, task.Shard, new SeededRandomSource(1));
        var rows = (await _store.RowsAsync()).Count;
        foreach (var (id, payload) in new[] { (task, 'o'), (gone, 'i') })
            await _store.Table(TaskKeys.Table(id)).AddEntityAsync(new Azure.Data.Tables.TableEntity(TaskKeys.Partition(id.Shard), TaskKeys.Chunk(id, payload, "0123456789abcdef", 0)) { ["Schema"] = 2 });

        Assert.Equal(0, await Payloads.SweepAsync(None));
        Advance(TimeSpan.FromHours(1.5));
        Assert.Equal(2, await Payloads.SweepAsync(None));

        Assert.Equal(rows, (await _store.RowsAsync()).Count);
        Assert.Equal(large, (await _store.Tasks.GetAsync(task, None))!.Record.Output);
    }

    [Fact]
    public async Task Sweep_SegmentsThatAreOver_AreNotLookedAtAgain()
    {
        for (var i = 0; i < 50; i++)
            await _store.FinishAsync((await _store.SubmitAsync()).Record.Id);
        await _store.StopAsync();
        Advance(TimeSpan.FromHours(2));
        await Payloads.SweepAsync(None);
        _server.ResetCounts();

        Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, await Payloads.SweepAsync(None));

        // The newest rows of the directory.
        Assert.Equal(1, _server.ResetCounts().Requests);
    }

    private async Task<IReadOnlyList<TaskRecord>> ListNextAsync() => (await UnderWay.ListNextAsync(1_000, _ => true, None)).Tasks;

    /// <summary>Adds a row to the index by state such as a newer release may write.</summary>
    private Task<Azure.Response> AddUnreadableAsync(TaskRecord task)
    {
        var row = new Azure.Data.Tables.TableEntity(TaskKeys.Partition(task.Id.Shard), $"s!Waiting!{TaskKeys.Invert(task.Id)}") { ["Schema"] = 2, ["Id"] = $"{task.Id}", ["Type"] = task.Type, ["State"] = "Waiting" };
        return _store.Table(TaskKeys.Table(task.Id)).AddEntityAsync(row);
    }

    private Task<Azure.Response> SetAsync(TaskRecord task, string column, object value)
    {
        var row = new Azure.Data.Tables.TableEntity(TaskKeys.Partition(task.Id.Shard), TaskKeys.Task(task.Id)) { [column] = value };
        return _store.Table(TaskKeys.Table(task.Id)).UpdateEntityAsync(row, Azure.ETag.All, Azure.Data.Tables.TableUpdateMode.Merge);
    }

    private void Advance(TimeSpan by)
    {
        _clock.Advance(by);
        _store.Time.Advance(by);
    }
}
