using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Retention;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Retention;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tasks;
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
    public async Task Plan_DayIsPutOff_NamesItsSegmentsUntilAnHourIsOver()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var rig = new RetentionRig(store);
        for (var i = 0; i < 11; i++)
            await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        store.Time.Advance(TimeSpan.FromDays(40));
        var first = await rig.Retention.PlanAsync(RetentionRig.Rules, None);
        Assert.Equal((1, 0), (first.Days.Count, first.Segments.Count));
        var released = (await rig.Retention.ListToReleaseAsync(first.Days[0], None))[0];
        await rig.Retention.ReleaseAsync(released, (await rig.Retention.ListAllDueAsync(released, RetentionRig.Rules, None))!, None);

        rig.Retention.PutOff(first.Days[0]);

        var second = await rig.Retention.PlanAsync(RetentionRig.Rules, None);
        Assert.Equal((0, 2), (second.Days.Count, second.Segments.Count));
        var kept = (await rig.Retention.ListDueAsync(second.Segments[1], RetentionRig.Rules, None))[0];
        Assert.Equal(10, (await rig.Retention.RemoveAsync(second.Segments[0], await rig.Retention.ListDueAsync(second.Segments[0], RetentionRig.Rules, None), None)).Count);
        Assert.Equal([kept.Id], (await PageAsync(store)).Select(task => task.Id));

        store.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 1), await rig.RunAsync());
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
            await store.Tasks.CountAsync(None);

            var isBroken = await BreakOffAsync(store, at, token => rig.RunAsync(cancellationToken: token));
            await using var next = await Store.StartAsync(server, sharing: store);
            var nextRig = new RetentionRig(next);
            await nextRig.RunAsync();
            await nextRig.RunAsync();

            await AssertNothingIsKnownOfOthersAsync(next);
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
    public async Task Remove_KeyIsTakenOverMeanwhile_StaysWithItsNewTask()
    {
        MeddlingSender? sender = null;
        await using var store = await Store.StartAsync(_server, sender: services => sender = new MeddlingSender(new TableTransactionSender(
            services.GetRequiredService<TableClients>(), services.GetRequiredService<StorageMetrics>())));
        await using var other = await Store.StartAsync(_server, sharing: store);
        var rig = new RetentionRig(store);
        var submission = Store.Submission(key: "key") with { IdempotencyLifetime = TimeSpan.FromHours(1) };
        var first = await rig.SubmitAsync(submission);
        await store.FinishAsync(first.Id);
        store.Time.Advance(TimeSpan.FromHours(2));

        SubmitOutcome? second = null;
        sender!.BeforeDeletionOf = ("k!", async () => second = await other.Tasks.SubmitAsync(submission, None));
        Assert.Equal(new DeleteOutcome.Deleted(), await store.Tasks.DeleteAsync(first.Id, None));

        Assert.Equal(Assert.IsType<SubmitOutcome.Created>(second).Task.Record.Id, await store.Tasks.FindKeyAsync(submission, None));
    }

    [Fact]
    public async Task AddLog_TableOfTheDayIsDropped_DoesNotBringItBack()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var id = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(id);
        store.Time.Advance(TimeSpan.FromDays(40));
        Assert.Equal((1, 1), await rig.RunAsync());
        var tables = await TablesAsync(store);

        var log = new AttemptLog(new AttemptLogPart(1, 1, 0), [new AttemptLogLine(store.Time.GetUtcNow(), Agents.AttemptLogLevel.Information, "Late.")]);

        Assert.False(await store.Services.GetRequiredService<IAttemptStore>().AddLogAsync(id, log, None));
        Assert.Equal(tables, await TablesAsync(store));
    }

    [Fact]
    public async Task Submit_OldKeyAfterItsDayWasDropped_IsListedAndCountedAndGoesInItsTime()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var submissions = new[] { "one", "two" }.Select(key => Store.Submission(key: key) with { IdempotencyLifetime = TimeSpan.FromDays(100) }).ToList();
        var ids = new List<TaskId>();
        foreach (var submission in submissions)
        {
            ids.Add(await TakeKeyAsync(store, submission));
            store.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await store.FinishAsync((await store.SubmitAsync()).Record.Id);
        store.Time.Advance(TimeSpan.FromDays(40));
        Assert.Equal((1, 1), await rig.RunAsync());

        foreach (var submission in submissions)
            await store.Lifecycle.CancelAsync((await rig.SubmitAsync(submission)).Id, None);

        Assert.Equal(ids.AsEnumerable().Reverse(), (await PageAsync(store)).Select(task => task.Id));
        store.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(2, (await store.Tasks.CountAsync(None)).Total);
        store.Time.Advance(TimeSpan.FromDays(40));

        // The day of the submissions had a segment, too, for the ids that were not used.
        Assert.Equal((2, 2), await rig.RunAsync());
        await AssertGoneAsync(store, ids);
    }

    [Fact]
    public async Task Submit_OldKeyWhileItsDayIsBeingDropped_IsListed()
    {
        // At every request of a run: the tables, then what is known of the segments, then the directory's rows.
        for (var at = 1; ; at++)
        {
            await using var server = await TableServer.StartAsync();
            await using var store = await Store.StartAsync(server);
            await using var other = await Store.StartAsync(server, sharing: store);
            var rig = new RetentionRig(store);
            var submission = Store.Submission(key: "old") with { IdempotencyLifetime = TimeSpan.FromDays(100) };
            await store.FinishAsync((await store.SubmitAsync()).Record.Id);
            var late = await TakeKeyAsync(store, submission);
            store.Time.Advance(TimeSpan.FromDays(40));

            var sent = 0;
            SubmitOutcome? outcome = null;
            store.OnRequest = () =>
            {
                // The request waits: that of the other store has its own thread.
                if (Interlocked.Increment(ref sent) == at)
                    outcome = Task.Run(() => other.Tasks.SubmitAsync(submission, None)).GetAwaiter().GetResult();
            };
            await rig.RunAsync();
            store.OnRequest = null;
            if (outcome is null)
            {
                Assert.True(at > 20, $"A run sends {at} requests.");
                return;
            }

            Assert.Equal(late, Assert.IsType<SubmitOutcome.Created>(outcome).Task.Record.Id);
            if (await store.Tasks.GetAsync(late, None) is not null)
                Assert.Contains(late, (await PageAsync(store)).Select(task => task.Id));
        }
    }

    [Fact]
    public async Task Drop_TaskCameIntoAReleasedSegment_StaysWithItsDay()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var submission = Store.Submission(key: "old") with { IdempotencyLifetime = TimeSpan.FromDays(100) };
        var over = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(over);
        var late = await TakeKeyAsync(store, submission);
        store.Time.Advance(TimeSpan.FromDays(40));
        var day = Assert.Single((await rig.Retention.PlanAsync(RetentionRig.Rules, None)).Days);
        foreach (var segment in await rig.Retention.ListToReleaseAsync(day, None))
            await rig.Retention.ReleaseAsync(segment, (await rig.Retention.ListAllDueAsync(segment, RetentionRig.Rules, None))!, None);

        Assert.Equal(late, (await rig.SubmitAsync(submission)).Id);

        Assert.False(await rig.Retention.DropAsync(day, None), "A task has come into the day.");
        Assert.Equal([late], (await PageAsync(store)).Select(task => task.Id).Where(id => id != over));
        Assert.Equal((1, 0), await rig.RunAsync());
        Assert.Equal([late], (await PageAsync(store)).Select(task => task.Id));
        await store.Lifecycle.CancelAsync(late, None);
        store.Time.Advance(TimeSpan.FromDays(40));

        // The day of the submission had a segment, too, for the id that was not used.
        Assert.Equal((1, 2), await rig.RunAsync());
        await AssertGoneAsync(store, [over, late]);
    }

    [Fact]
    public async Task Run_TaskOfANewerRelease_StaysWithItsDayAndHoldsUpNoOthers()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var newer = (await store.SubmitAsync()).Record.Id;
        var over = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(over);
        store.Time.Advance(TimeSpan.FromDays(1));
        var next = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(next);
        var row = new TableEntity(Storage.Keys.TaskKeys.Partition(newer.Shard), Storage.Keys.TaskKeys.Task(newer)) { ["State"] = "Archived" };
        await store.Table(Storage.Keys.TaskKeys.Table(newer)).UpdateEntityAsync(row, Azure.ETag.All, TableUpdateMode.Merge);
        store.Time.Advance(TimeSpan.FromDays(40));

        Assert.Equal((2, 1), await rig.RunAsync());

        await AssertGoneAsync(store, [over, next]);
        Assert.Contains(await store.RowsAsync(), key => key.EndsWith(Storage.Keys.TaskKeys.Task(newer), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WhatIsKnownOfASegmentCannotBeRead_ItIsLookedAtAgain()
    {
        await using var store = await Store.StartAsync(_server);
        var rig = new RetentionRig(store);
        var over = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(over);
        store.Time.Advance(TimeSpan.FromDays(35));
        await rig.Retention.PlanAsync(RetentionRig.Rules, None);
        await foreach (var row in store.Table("TaskDays").QueryAsync<TableEntity>("PartitionKey eq 'retention'"))
            await store.Table("TaskDays").UpdateEntityAsync(new TableEntity(row.PartitionKey, row.RowKey) { ["Ended0"] = """[{"type":"x","state":"Archived"}]""" }, Azure.ETag.All, TableUpdateMode.Merge);

        await using var later = await Store.StartAsync(_server, sharing: store);

        Assert.Equal((1, 1), await new RetentionRig(later).RunAsync());
        await AssertGoneAsync(later, [over]);
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

    [Fact]
    public async Task Run_ManyOldSegmentsWithTasksThatWait_NewerDaysHaveTheirTurn()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var rig = new RetentionRig(store);
        for (var i = 0; i < 10 * (TableRetentionStore.LooksPerCall + 8); i++)
            await store.SubmitAsync();
        store.Time.Advance(TimeSpan.FromDays(1));
        var over = (await store.SubmitAsync()).Record.Id;
        await store.FinishAsync(over);
        store.Time.Advance(TimeSpan.FromDays(1));
        var now = RetentionRules.OfAge(TimeSpan.Zero);

        // Those that wait need another look in each run.
        var removed = 0;
        for (var i = 0; i < 2; i++)
            removed += (await rig.RunAsync(now)).Removed;

        Assert.Equal(1, removed);
        Assert.Null(await store.Tasks.GetAsync(over, None));
        Assert.True((await rig.Retention.PlanAsync(now, None)).IsWhole, "All segments were looked at of late.");
        store.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.False((await rig.Retention.PlanAsync(now, None)).IsWhole, "Some were not looked at for long.");
    }

    [Fact]
    public async Task Run_DayWithManySegmentsWithTasksThatWait_ItsOthersGo()
    {
        await using var store = await Store.StartAsync(_server, tasksPerSegment: 10);
        var rig = new RetentionRig(store);
        var over = new List<TaskId>();
        for (var i = 0; i < 10 * (TableRetentionStore.LooksPerCall + 8); i++)
        {
            var id = (await store.SubmitAsync()).Record.Id;
            if (i % 10 != 0)
                continue;
            await store.FinishAsync(id);
            over.Add(id);
        }

        store.Time.Advance(TimeSpan.FromDays(2));

        var removed = 0;
        for (var i = 0; i < 3; i++)
            removed += (await rig.RunAsync(RetentionRules.OfAge(TimeSpan.Zero))).Removed;

        Assert.Equal(over.Count, removed);
    }

    /// <summary>Takes the key of a submission, as a process that ends before it has written its task.</summary>
    private static async Task<TaskId> TakeKeyAsync(Store store, TaskSubmission submission)
    {
        var (id, segment) = store.Services.GetRequiredService<TaskIdSource>().Next();
        await store.Services.GetRequiredService<SegmentRegister>().EnsureAsync(segment);
        await store.Services.GetRequiredService<IdempotencyTable>().TakeAsync(submission, submission.IdempotencyKey!, id, None);
        return id;
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

    /// <summary>What is kept of segments is of those that there are.</summary>
    private static async Task AssertNothingIsKnownOfOthersAsync(Store store)
    {
        var there = new HashSet<string>();
        await foreach (var segment in store.Services.GetRequiredService<SegmentDirectory>().NewestFirstAsync(long.MaxValue, static () => { }))
            there.Add(RetentionRow.Key(segment));
        var known = (await store.RowsAsync()).Where(row => row.StartsWith("TaskDays/retention/", StringComparison.Ordinal) || row.StartsWith("TaskDays/counts/", StringComparison.Ordinal));
        Assert.Equal([], known.Where(row => !there.Contains(row.Split('/')[2])));
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
            if (BeforeDeletionOf is { } before && operations.Any(operation => operation.Kind is RowOperationKind.Delete or RowOperationKind.DeleteIfExists && operation.RowKey.StartsWith(before.Prefix, StringComparison.Ordinal)))
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
