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

        var tasks = await UnderWay.ListNextAsync(None);

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
            await UnderWay.ListNextAsync(None);
        }

        _server.ResetCounts();
        Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([live], (await UnderWay.ListNextAsync(None)).Select(task => task.Id));

        // The newest rows of the directory, and the one segment.
        Assert.Equal(2, _server.ResetCounts().Requests);
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

    private void Advance(TimeSpan by)
    {
        _clock.Advance(by);
        _store.Time.Advance(by);
    }
}
