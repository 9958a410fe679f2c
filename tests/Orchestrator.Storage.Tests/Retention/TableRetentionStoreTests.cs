using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Retention;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Retention;

public sealed class TableRetentionStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Plan_NothingIsDue_OneRequestAndNoSegmentIsLookedInto()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var rig = new RetentionRig(store);
        for (var i = 0; i < 10; i++)
            await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        await rig.RunAsync();
        store.Time.Advance(TimeSpan.FromDays(29));

        RetentionPlan? plan = null;
        await rig.RunAsync();
        var (requests, rows) = await store.CountAsync(async () => plan = await rig.Retention.PlanAsync(RetentionRig.Rules, None));

        Assert.Equal((1, 0, 0, 0, true), (requests, rows, plan!.Days.Count, plan.Segments.Count, plan.IsWhole));
        Assert.Equal(10, (await store.Tasks.CountAsync(None)).Total);
    }

    [Fact]
    public async Task Run_SomeTasksOfADayAreDue_TheyGoAndLeaveNothing()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var failed = (await store.SubmitAsync()).Record.Id;
        var (task, lease) = await store.ClaimAsync(failed);
        await store.Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Failed(new TaskError("boom", "It broke."), IsRetryable: false), None);
        var before = await store.RowsAsync();
        var ids = await rig.EndedAsync("x");

        store.Time.Advance(TimeSpan.FromDays(29));
        Assert.Equal((0, 0), await rig.RunAsync());
        store.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal((2, 0), await rig.RunAsync());

        await AssertGoneAsync(store, ids);

        // What is noted of the segments, and that their counts are withdrawn, says nothing of single tasks.
        bool IsOfSegment(string row) => row.Contains("/retention/", StringComparison.Ordinal) || row.Contains("/counts/", StringComparison.Ordinal);
        Assert.Equal(before.Order(), (await store.RowsAsync()).Where(row => !IsOfSegment(row)).Order());
        Assert.Equal(1, (await store.Tasks.CountAsync(None)).Total);
        Assert.Equal((0, 0), await rig.RunAsync());
        store.Time.Advance(TimeSpan.FromDays(60));
        Assert.Equal((1, 1), await rig.RunAsync());
        Assert.Equal(0, (await store.Tasks.CountAsync(None)).Total);
    }

    [Fact]
    public async Task Run_TypeKeepsItsTasksLonger_TheyStayAndAreLookedAtWhenTheyAreDue()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var id = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(id);
        var longer = new RetentionRules(new RetentionOptions().Times, [Store.Digest with { Retention = TaskRetention.OfAll(TimeSpan.FromDays(100)) }]);

        store.Time.Advance(TimeSpan.FromDays(50));
        Assert.Equal((0, 0), await rig.RunAsync(longer));
        Assert.Equal((0, 0), await rig.RunAsync(longer));
        Assert.NotNull(await store.Tasks.GetAsync(id, None));

        // The definition of now counts.
        Assert.Equal((1, 1), await rig.RunAsync());
        Assert.Null(await store.Tasks.GetAsync(id, None));
    }

    [Fact]
    public async Task Run_WholeDayIsDue_TablesAreDroppedAndNothingIsLeft()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var rig = new RetentionRig(store);
        var ids = new List<TaskId>();
        for (var i = 0; i < 5; i++)
            ids.AddRange(await rig.EndedAsync($"name {i}"));
        store.Time.Advance(TimeSpan.FromHours(10));
        ids.AddRange(await rig.EndedAsync("later"));
        store.Time.Advance(TimeSpan.FromHours(14));
        var kept = (await store.SubmitAsync("{}", "kept")).Record.Id;
        await store.FinishAsync(kept);
        await store.Tasks.CountAsync(None);

        store.Time.Advance(TimeSpan.FromDays(29) + TimeSpan.FromHours(2));

        // Some are over their time; the others will be within the day.
        Assert.Equal((0, 0), await rig.RunAsync());
        store.Time.Advance(TimeSpan.FromHours(14));
        Assert.Equal((12, 1), await rig.RunAsync());

        await AssertGoneAsync(store, ids);
        Assert.NotNull(await store.Tasks.GetAsync(kept, None));
        Assert.Equal(1, (await store.Tasks.CountAsync(None)).Total);
        Assert.DoesNotContain(await TablesAsync(store), name => name.StartsWith("Tasks20261122", StringComparison.Ordinal));
        Assert.DoesNotContain(await store.RowsAsync(), row => row.StartsWith("TaskDays", StringComparison.Ordinal) && !IsOf(row, kept.CreatedAt));
        Assert.Equal((0, 0), await rig.RunAsync());
    }

    [Fact]
    public async Task Run_BrokenOffAnywhere_TheNextFinishesIt()
    {
        for (var at = 1; ; at++)
        {
            await using var server = await TableServer.StartAsync();
            await using var store = await Store.StartAsync(server, tasksPerSegment: 10);
            var rig = new RetentionRig(store);
            var ids = (await rig.EndedAsync("one")).Concat(await rig.EndedAsync("two")).ToList();
            store.Time.Advance(TimeSpan.FromDays(1));
            var others = await rig.EndedAsync("three");
            var open = (await store.SubmitAsync()).Record.Id;
            store.Time.Advance(TimeSpan.FromDays(40));

            var isBroken = await BreakOffAsync(store, at, token => rig.RunAsync(cancellationToken: token));
            await using var next = await Store.StartAsync(server, sharing: store);
            var nextRig = new RetentionRig(next);
            await nextRig.RunAsync();
            await nextRig.RunAsync();

            await AssertGoneAsync(next, [.. ids, .. others]);
            Assert.Equal([open.ToString()], (await PageAsync(next)).Select(task => task.Id.ToString()));
            next.Time.Advance(TimeSpan.FromMinutes(11));
            Assert.Equal(1, (await next.Tasks.CountAsync(None)).Total);
            if (!isBroken)
            {
                Assert.True(at > 40, $"A run sends {at} requests.");
                return;
            }
        }
    }

    [Fact]
    public async Task Run_TaskIsNotDoneWithYet_StaysHoweverOldItIs()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var callback = (await rig.SubmitAsync(Store.Submission() with { CallbackUrl = "https://example.com/" })).Id;
        await store.Lifecycle.CancelAsync(callback, None);
        var waitedFor = (await rig.SubmitAsync(Store.Submission())).Id;
        await store.Lifecycle.MarkStartedAsync(waitedFor, None);
        var paused = (await rig.SubmitAsync(Store.Submission())).Id;
        await store.Lifecycle.PauseAsync(paused, None);
        store.Time.Advance(TimeSpan.FromDays(4_000));

        Assert.Equal((0, 0), await rig.RunAsync());
        Assert.Equal((0, 0), await rig.RunAsync(RetentionRules.OfAge(TimeSpan.Zero)));

        await store.Lifecycle.EndFollowUpsAsync(callback, CallbackState.Failed, None);
        Assert.Equal((1, 0), await rig.RunAsync(RetentionRules.OfAge(TimeSpan.Zero)));
        Assert.Equal(new[] { paused, waitedFor }.Order(), (await PageAsync(store)).Select(task => task.Id).Order());
    }

    [Fact]
    public async Task Remove_TaskIsWrittenMeanwhile_StaysForTheNextTime()
    {
        MeddlingSender? sender = null;
        await using var store = await Store.StartAsync(_server, sender: services => sender = new MeddlingSender(new TableTransactionSender(
            services.GetRequiredService<TableClients>(), services.GetRequiredService<StorageMetrics>())));
        await using var other = await Store.StartAsync(_server, sharing: store);
        var rig = new RetentionRig(store);
        var task = await rig.SubmitAsync(Store.Submission() with { CallbackUrl = "https://example.com/" });
        await store.Lifecycle.CancelAsync(task.Id, None);
        var segment = await SegmentOfAsync(store, rig);
        var asItWas = (await store.Tasks.GetAsync(task.Id, None))!.Record;

        // Whoever removes it has read its events when its callback is told.
        sender!.BeforeDeletionOf = ("e!", () => other.Lifecycle.EndFollowUpsAsync(task.Id, CallbackState.Delivered, None));
        var removed = await rig.Retention.RemoveAsync(segment, [asItWas], None);

        Assert.Null(sender.BeforeDeletionOf);
        Assert.Empty(removed);
        Assert.Equal([task.Id], await rig.Retention.RemoveAsync(segment, [asItWas], None));
        Assert.DoesNotContain(await store.RowsAsync(), row => row.Contains(task.Id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plan_ManySegments_LooksIntoABoundedNumberAndGoesOn()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var rig = new RetentionRig(store);
        for (var i = 0; i < 400; i++)
            await store.SubmitAsync();
        store.Time.Advance(TimeSpan.FromDays(31));

        var (requests, _) = await store.CountAsync(async () => Assert.False((await rig.Retention.PlanAsync(RetentionRig.Rules, None)).IsWhole));
        var second = await rig.Retention.PlanAsync(RetentionRig.Rules, None);

        Assert.InRange(requests, 64, 70);
        Assert.True(second.IsWhole, "The second plan has looked at the rest.");
        Assert.Empty(second.Segments);
    }

    private static async Task<RetentionSegment> SegmentOfAsync(Store store, RetentionRig rig)
    {
        store.Time.Advance(TimeSpan.FromMinutes(2));
        await store.SubmitAsync();
        await rig.Retention.PlanAsync(RetentionRules.OfAge(TimeSpan.Zero), None);
        return Assert.Single(await rig.Retention.ListToReleaseAsync(new DateOnly(2026, 11, 22), None));
    }

    /// <summary>Breaks an action off at its n-th request, as a process that ends does; whether it sent so many.</summary>
    private static async Task<bool> BreakOffAsync(Store store, int at, Func<CancellationToken, Task> action)
    {
        using var stop = new CancellationTokenSource();
        var sent = 0;
        store.OnRequest = () =>
        {
            if (Interlocked.Increment(ref sent) == at)
                stop.Cancel();
        };
        try
        {
            await action(stop.Token);
            return stop.IsCancellationRequested;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return true;
        }
        finally
        {
            store.OnRequest = null;
        }
    }

    private static async Task AssertGoneAsync(Store store, IEnumerable<TaskId> ids)
    {
        var rows = new List<string>();
        await foreach (var table in new TableServiceClient(store.ConnectionString).QueryAsync(filter: (string?)null))
        {
            await foreach (var row in new TableClient(store.ConnectionString, table.Name).QueryAsync<TableEntity>(filter: (string?)null))
                rows.Add($"{table.Name}/{row.PartitionKey}/{row.RowKey} {string.Join(' ', row.Select(column => column.Value))}");
        }

        foreach (var id in ids)
            Assert.DoesNotContain(rows, row => row.Contains(id.ToString(), StringComparison.Ordinal) || row.Contains(Storage.Keys.TaskKeys.Invert(id), StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<TaskRecord>> PageAsync(Store store) =>
        Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery { PageSize = 200 }, None)).Tasks;

    private static async Task<List<string>> TablesAsync(Store store)
    {
        var names = new List<string>();
        await foreach (var table in new TableServiceClient(store.ConnectionString).QueryAsync(filter: (string?)null))
            names.Add(table.Name);
        return names;
    }

    /// <summary>Whether a row of the table of days is about the day of a time.</summary>
    private static bool IsOf(string row, DateTimeOffset time)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(99_999_999_999_999 - long.Parse(row.Split('/')[2].AsSpan(0, 14), System.Globalization.CultureInfo.InvariantCulture));
        return at.Date == time.Date;
    }

    /// <summary>Has something done just before a row is deleted.</summary>
    private sealed class MeddlingSender(ITransactionSender inner) : ITransactionSender
    {
        public (string Prefix, Func<Task> Meddle)? BeforeDeletionOf { get; set; }

        public async Task<TransactionResult> SendAsync(string table, string partition, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken)
        {
            if (BeforeDeletionOf is { } before && operations.Any(operation => operation.Kind == RowOperationKind.DeleteIfExists && operation.RowKey.StartsWith(before.Prefix, StringComparison.Ordinal)))
            {
                BeforeDeletionOf = null;
                await before.Meddle();
            }

            return await inner.SendAsync(table, partition, operations, cancellationToken);
        }

        public Task<string?> ReadWriteIdAsync(string table, string partition, string rowKey, CancellationToken cancellationToken) =>
            inner.ReadWriteIdAsync(table, partition, rowKey, cancellationToken);

        public Task CreateTableAsync(string table, CancellationToken cancellationToken) => inner.CreateTableAsync(table, cancellationToken);
    }
}
