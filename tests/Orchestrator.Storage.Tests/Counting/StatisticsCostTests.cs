using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Stats;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Counting;

/// <summary>What the figures cost with 200,000 tasks, on a table service that counts. Of the tasks only those rows are there that are counted.</summary>
public sealed class StatisticsCostTests : IAsyncLifetime
{
    private const int Tasks = 200_000;
    private const int TasksPerSegment = 1_000;
    private const int Segments = Tasks / TasksPerSegment;
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Read_AllAreOver_FewRequestsACallOnceEverySegmentWasCounted()
    {
        await using var store = await Store.StartAsync(_server, TasksPerSegment);
        await FillAsync(store, TaskState.Succeeded);
        await store.StopAsync();
        store.Time.Advance(TimeSpan.FromMinutes(2));

        var calls = 0;
        TaskStatistics statistics;
        do
        {
            _server.ResetCounts();
            statistics = await ReadAsync(store);
            Assert.InRange(_server.ResetCounts().Requests, 1, (2 * TaskCounter.SegmentsPerCall) + 4);
            calls++;
        }
        while (statistics.Counts.IsPartial);

        Assert.Equal((Segments + TaskCounter.SegmentsPerCall - 1) / TaskCounter.SegmentsPerCall, calls);
        Assert.Equal((Tasks, Tasks, Tasks), (statistics.Counts.Total, statistics.LastHour.ByState[TaskState.Succeeded], statistics.LastHour.Run.Count));

        statistics = await ReadAsync(store);
        Assert.Equal((1, Tasks), (_server.ResetCounts().Requests, statistics.LastHour.Wait.Count));

        // Another process begins with all of it.
        await using var other = await Store.StartAsync(_server, TasksPerSegment, sharing: store);
        _server.ResetCounts();
        statistics = await ReadAsync(other);
        Assert.Equal((false, Tasks, Tasks), (statistics.Counts.IsPartial, statistics.Counts.Total, statistics.LastHour.ByState[TaskState.Succeeded]));
        Assert.InRange(_server.ResetCounts().Requests, 3, 5);
    }

    [Fact]
    public async Task Read_AllWait_BoundedRequestsACallAndTheOldestIsTheOldest()
    {
        await using var store = await Store.StartAsync(_server, TasksPerSegment);
        var first = await FillAsync(store, TaskState.Queued);

        for (var call = 0; call < 8; call++)
        {
            store.Time.Advance(TimeSpan.FromSeconds(2));
            _server.ResetCounts();
            var statistics = await ReadAsync(store);
            Assert.InRange(_server.ResetCounts().Requests, 1, TaskCounter.SegmentsPerCall + TaskCounter.OldestLooks + 4);
            if (call < 6)
                continue;

            Assert.Equal((false, Tasks, first), (statistics.Counts.IsPartial, statistics.Counts.Total, statistics.OldestQueued!.Id));
            Assert.InRange(statistics.Counts.AsOf, store.Time.GetUtcNow().AddSeconds(-12), store.Time.GetUtcNow());
        }
    }

    private static Task<TaskStatistics> ReadAsync(Store store) => store.Services.GetRequiredService<ITaskStatistics>().ReadAsync(None);

    /// <summary>Writes the index rows of tasks, one every 10 ms.</summary>
    /// <returns>The first.</returns>
    private static async Task<TaskId> FillAsync(Store store, TaskState state)
    {
        var ids = store.Services.GetRequiredService<TaskIdSource>();
        var register = store.Services.GetRequiredService<SegmentRegister>();
        var tables = store.Services.GetRequiredService<DayTables>();
        var clients = store.Services.GetRequiredService<TableClients>();
        TaskId? first = null;
        for (var i = 0; i < Tasks; i += 100)
        {
            var actions = new List<TableTransactionAction>(100);
            NewTaskId made = default;
            for (var j = 0; j < 100; j++)
            {
                store.Time.Advance(TimeSpan.FromMilliseconds(10));
                made = ids.Next();
                first ??= made.Id;
                actions.Add(new TableTransactionAction(TableTransactionActionType.Add, Row(state, made.Id)));
            }

            await register.EnsureAsync(made.Segment);
            await clients.Writing(tables.NameOf(made.Id)).SubmitTransactionAsync(actions);
        }

        return first!.Value;
    }

    private static TableEntity Row(TaskState state, TaskId id)
    {
        var row = new TableEntity(TaskKeys.Partition(id.Shard), TaskKeys.State(state, id))
        {
            [TaskColumns.State] = state.ToString(),
            [TaskColumns.Type] = "text.digest",
            [TaskColumns.UpdatedAt] = id.CreatedAt,
        };
        if (state.IsTerminal())
            (row[TaskColumns.StartedAt], row[TaskColumns.FinishedAt]) = (id.CreatedAt.AddMilliseconds(5), id.CreatedAt.AddSeconds(1));
        return row;
    }
}
