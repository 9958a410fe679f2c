using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.History;
using Orchestrator.Limits;
using Orchestrator.Retention;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Retention;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Tests.Verification;

public sealed class StorageVerifierTests : IAsyncLifetime
{
    private static readonly TaskId Nobody = TaskKeys.FirstOf(new DateTimeOffset(2026, 11, 22, 10, 0, 0, 500, TimeSpan.Zero));

    private VerificationRig _rig = null!;

    /// <summary>Ways to break storage that can be mended; each is named by the code of what is then found.</summary>
    private static readonly Dictionary<string, Func<VerificationRig, Task>> Mendable = new(StringComparer.Ordinal)
    {
        [FindingCodes.StateIndexMissing] = rig => rig.DeleteAsync(rig.Waiting, TaskKeys.State(TaskState.Queued, rig.Waiting.Id)),
        [FindingCodes.StateIndexExtra] = rig => rig.InsertAsync(rig.Waiting, TaskKeys.State(TaskState.Failed, rig.Waiting.Id), ("State", "Failed"), ("Type", "text.digest")),
        [FindingCodes.StateIndexStale] = rig => rig.MergeAsync(rig.Waiting, TaskKeys.State(TaskState.Queued, rig.Waiting.Id), ("Title", "Another"), ("DueAt", DateTimeOffset.UnixEpoch)),
        [FindingCodes.IndexMissing] = async rig =>
        {
            await rig.DeleteAsync(rig.Done, TaskKeys.Type(rig.Done.Type, rig.Done.Id));
            await rig.DeleteAsync(rig.Done, TaskKeys.Tag("red", rig.Done.Id));
            await rig.DeleteAsync(rig.Done, TaskKeys.Parent("parent", rig.Done.Id));
            await rig.DeleteAsync(rig.Done, TaskKeys.Correlation("correlation", rig.Done.Id));
            await rig.DeleteAsync(rig.Done, TaskKeys.Agent("digester", rig.Done.Id));
        },
        [FindingCodes.IndexOrphan] = async rig =>
        {
            await rig.InsertAsync(rig.Done, TaskKeys.Tag("blue", rig.Done.Id));
            await rig.InsertAsync(rig.Done, TaskKeys.Type("text.digest", Nobody));
            await rig.InsertAsync(rig.Done, TaskKeys.State(TaskState.Queued, NextTo(Nobody, rig.Done)), ("State", "Queued"), ("Type", "text.digest"));
        },
        [FindingCodes.EventOrphan] = rig => rig.InsertAsync(rig.Done, TaskKeys.Event(NextTo(Nobody, rig.Done), 1), ("Number", 1), ("Type", "Submitted")),
        [FindingCodes.PayloadOrphan] = async rig =>
        {
            await rig.InsertAsync(rig.Done, TaskKeys.Chunk(rig.Done.Id, 'o', "0123456789abcdef", 0), ("Bytes", new byte[] { 1 }));
            await rig.InsertAsync(rig.Done, TaskKeys.Chunk(NextTo(Nobody, rig.Done), 'i', "0123456789abcdef", 0), ("Bytes", new byte[] { 1 }));
            rig.Advance(TimeSpan.FromHours(1.5));
        },
        [FindingCodes.LogOrphan] = rig => rig.InsertAsync(rig.Done, TaskKeys.Log(NextTo(Nobody, rig.Done), new AttemptLogPart(1, 1, 0)), ("Lines0", "[]")),
        [FindingCodes.ReportOrphan] = rig => rig.InsertAsync(rig.Done, TaskKeys.Report(NextTo(Nobody, rig.Done)), ("Attempt", 1)),
        [FindingCodes.EdgeOrphan] = async rig =>
        {
            await rig.InsertAsync(rig.Waiting, TaskKeys.Edge(rig.Waiting.Id, Nobody));
            await rig.InsertAsync(rig.Done, TaskKeys.Edge(NextTo(Nobody, rig.Done), rig.Done.Id));
        },
        [FindingCodes.EdgeUnmarked] = rig => rig.MergeAsync(rig.Waiting, TaskKeys.Task(rig.Waiting.Id), ("HasDependents", false)),
        [FindingCodes.DependencyUntied] = rig => rig.DeleteAsync(rig.Waiting, TaskKeys.Edge(rig.Waiting.Id, rig.Blocked.Id)),
        [FindingCodes.SegmentMissing] = async rig =>
        {
            await foreach (var row in rig.TableOf(DayKeys.Table).QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {SegmentKeys.Partition}")))
                await rig.TableOf(DayKeys.Table).DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All);
            await foreach (var row in rig.TableOf(DayKeys.Table).QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {CountKeys.Partition}")))
                await rig.TableOf(DayKeys.Table).DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All);
        },
        [FindingCodes.CountWrong] = async rig =>
        {
            var row = await rig.OnlyRowAsync(DayKeys.Table, CountKeys.Partition);
            row["States"] = """{"Succeeded":2}""";
            await rig.TableOf(DayKeys.Table).UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace);
        },
        [FindingCodes.CountOrphan] = rig => rig.TableOf(DayKeys.Table).AddEntityAsync(
            VerificationRig.Row(CountKeys.Partition, CountKeys.Row(20, TaskShards.PeriodOf(1_700_000_000_000)), [("States", "{}"), ("Types", "{}")])),
        [FindingCodes.RetentionOrphan] = rig => rig.TableOf(DayKeys.Table).AddEntityAsync(
            RetentionRow.Create(new Segment(new DateOnly(2023, 11, 14), 20, TaskShards.PeriodOf(1_700_000_000_000), 1_700_000_000_000), new SegmentContent(rig.Store.Time.GetUtcNow(), IsSettled: true, []))),
        [FindingCodes.DeadLetterUnmarked] = async rig =>
        {
            await rig.Store.DeadLetters.AddAsync(Letter("1", rig), CancellationToken.None);
            await rig.Store.DeadLetters.AddAsync(Letter("2", rig), CancellationToken.None);
            await rig.TableOf(DeadLetterKeys.Table).DeleteEntityAsync(DeadLetterKeys.MarkPartition(Letter("1", rig).ArrivedAt), DeadLetterKeys.Hash("queue:tasks", "1", Letter("1", rig).ArrivedAt), ETag.All);
        },
        [FindingCodes.DeadLetterOrphan] = async rig =>
        {
            await rig.Store.DeadLetters.AddAsync(Letter("1", rig), CancellationToken.None);
            var lost = Letter("2", rig);
            await rig.TableOf(DeadLetterKeys.Table).AddEntityAsync(DeadLetterKeys.Mark(DeadLetterId.New(lost.DeadAt, DeadLetterKeys.Hash(lost.Source, lost.Id, lost.ArrivedAt)), lost.ArrivedAt));
            Assert.Equal([], await rig.VerifyAsync());
            rig.Advance(TimeSpan.FromDays(1.5));
        },
        [FindingCodes.KeyOrphan] = async rig =>
        {
            await AddKeyAsync(rig, IdempotencyKeys.Row("", "lost"), rig.Store.Time.GetUtcNow().AddDays(30));
            rig.Advance(TimeSpan.FromDays(1.5));
        },
        [FindingCodes.NameOrphan] = async rig =>
        {
            await AddKeyAsync(rig, IdempotencyKeys.NameRow("lost"), expiresAt: null);
            rig.Advance(TimeSpan.FromDays(1.5));
        },
        [FindingCodes.WakeOrphan] = rig =>
        {
            var wake = new TaskWake(Nobody, rig.Store.Time.GetUtcNow().AddHours(3));
            return rig.TableOf(WakeKeys.Table).AddEntityAsync(VerificationRig.Row(WakeKeys.Partition(wake.At), WakeKeys.Row(wake), []));
        },
        [FindingCodes.QueueOrphan] = async rig =>
        {
            foreach (var task in new[] { rig.Done.Id, Nobody })
                await rig.TableOf(SlotQueueKeys.Table).AddEntityAsync(SlotQueueKeys.Write("text.digest", new SlotWaiter(task.ToString(), 2, 5)));
            await rig.TableOf(SlotQueueKeys.Table).AddEntityAsync(SlotQueueKeys.Write("text.digest", new SlotWaiter(rig.Waiting.Id.ToString(), rig.Waiting.LeaseEpoch + 1, 5)));
            rig.Advance(TimeSpan.FromDays(1.5));
        },
    };

    /// <summary>Ways to break storage that nothing can be done about.</summary>
    private static readonly Dictionary<string, Func<VerificationRig, Task>> Lasting = new(StringComparer.Ordinal)
    {
        [FindingCodes.TaskUnreadable] = rig => rig.MergeAsync(rig.Done, TaskKeys.Task(rig.Done.Id), ("State", "Nowhere")),
        [FindingCodes.TaskInconsistent] = rig => rig.MergeAsync(rig.Waiting, TaskKeys.Task(rig.Waiting.Id), ("LeaseHolder", "somebody")),
        [FindingCodes.EventsGap] = rig => rig.DeleteAsync(rig.Done, TaskKeys.Event(rig.Done.Id, 2)),
        [FindingCodes.EventsContradictState] = rig => rig.MergeAsync(rig.Done, TaskKeys.Event(rig.Done.Id, 3), ("Type", "Failed")),
        [FindingCodes.PayloadMissing] = rig => rig.DeleteAsync(rig.Done, ChunkOf(rig, rig.Done).GetAwaiter().GetResult()),
        [FindingCodes.SchemaNewer] = rig => rig.MergeAsync(rig.Done, TaskKeys.Task(rig.Done.Id), ("Schema", 3)),
        [FindingCodes.RowUnknown] = rig => rig.InsertAsync(rig.Done, "z!what"),
    };

    public static TheoryData<string> MendableCodes => [.. Mendable.Keys];

    public static TheoryData<string> LastingCodes => [.. Lasting.Keys];

    public async Task InitializeAsync() => _rig = await VerificationRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Verify_StoreAsItWasWritten_IsClean() => Assert.Equal([], await _rig.VerifyAsync());

    [Theory]
    [MemberData(nameof(MendableCodes))]
    public async Task Verify_Broken_IsFoundMendedAndCleanAfterwards(string code)
    {
        await Mendable[code](_rig);

        var found = await _rig.VerifyAsync();
        var repaired = await _rig.VerifyAsync(repair: true);

        Assert.Equal([code], found.Select(finding => finding.Code).Distinct());
        Assert.All(found, finding => Assert.Equal(RepairOutcome.NotAsked, finding.Repair));
        Assert.Equal(found.Select(finding => finding with { Repair = RepairOutcome.Repaired }), repaired);
        Assert.Equal([], await _rig.VerifyAsync());
    }

    [Theory]
    [MemberData(nameof(LastingCodes))]
    public async Task Verify_BrokenForGood_IsFoundAndLeft(string code)
    {
        await Lasting[code](_rig);
        var rows = await _rig.Store.RowsAsync();

        var found = await _rig.VerifyAsync(repair: true);

        Assert.Equal([(code, RepairOutcome.NotRepairable)], found.Select(finding => (finding.Code, finding.Repair)));
        Assert.Equal(rows, await _rig.Store.RowsAsync());
    }

    [Fact]
    public void Codes_All_HaveATest() => Assert.Equal(
        typeof(FindingCodes).GetFields().Select(field => (string)field.GetValue(null)!).Order(StringComparer.Ordinal),
        Mendable.Keys.Concat(Lasting.Keys).Append(FindingCodes.DependencyUntold).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Verify_PredecessorEndedUntold_DependentIsToldByTheOrdinaryDecision()
    {
        await _rig.Store.FinishAsync(_rig.Waiting.Id);
        await _rig.MergeAsync(_rig.Waiting, TaskKeys.Task(_rig.Waiting.Id), ("Unstarted", false));
        await _rig.MergeAsync(_rig.Waiting, TaskKeys.State(TaskState.Succeeded, _rig.Waiting.Id), ("Unstarted", false));

        var found = await _rig.VerifyAsync(repair: true);

        Assert.Equal([(FindingCodes.DependencyUntold, RepairOutcome.Repaired)], found.Select(finding => (finding.Code, finding.Repair)));
        Assert.Equal([], await _rig.VerifyAsync());
        Assert.Equal(TaskState.Queued, (await _rig.Store.Tasks.GetAsync(_rig.Blocked.Id, CancellationToken.None))!.Record.State);
    }

    [Fact]
    public async Task Verify_PayloadWrittenJustNow_IsLeftAlone()
    {
        await _rig.InsertAsync(_rig.Done, TaskKeys.Chunk(_rig.Done.Id, 'o', "0123456789abcdef", 0), ("Bytes", new byte[] { 1 }));

        Assert.Equal([], await _rig.VerifyAsync());
    }

    [Fact]
    public async Task Check_ManyTasksWrongInOnePartition_EachFoundOnce()
    {
        var ids = new List<TaskId>();
        for (var i = 0; i < 150; i++)
        {
            var task = (await _rig.Store.SubmitAsync()).Record;
            ids.Add(task.Id);
            await _rig.DeleteAsync(task, TaskKeys.Type(task.Type, task.Id));
        }

        var found = await _rig.VerifyAsync();

        Assert.Equal(ids.Order().Select(id => id.ToString()), found.Select(finding => finding.TaskId));
    }

    [Fact]
    public async Task Check_ManyPartitionsAndKeys_BoundedCallsThatSeeEachOnce()
    {
        await using var server = await TableServer.StartAsync();
        await using var store = await Store.StartAsync(server, tasksPerSegment: 10);
        for (var i = 0; i < 400; i++)
            await store.SubmitAsync(key: $"key {i}");
        var verifier = store.Services.GetRequiredService<IStorageVerifier>();

        var stretches = new List<(CheckedStretch Stretch, long Requests)>();
        server.ResetCounts();
        for (string? token = null; token is not null || stretches.Count == 0;)
        {
            var stretch = Assert.IsType<StretchOutcome.Checked>(await verifier.CheckAsync(token, repair: false, CancellationToken.None)).Stretch;
            stretches.Add((stretch, server.ResetCounts().Requests));
            token = stretch.ContinuationToken;
        }

        // 40 partitions, 1 page of the directory, 3 of keys, 1 each of wakes, queues and dead letters: 16 a call. A partition costs its rows, the directory, its count and what comes next.
        Assert.Equal([160, 160, 80], stretches.Select(stretch => stretch.Stretch.Tasks));
        Assert.Equal([], stretches.SelectMany(stretch => stretch.Stretch.Findings));
        Assert.All(stretches, stretch => Assert.InRange(stretch.Requests, 16, 16 * 8));
    }

    [Fact]
    public async Task Check_ForgedToken_IsRefused()
    {
        var first = Assert.IsType<StretchOutcome.Checked>(await _rig.Verifier.CheckAsync(continuationToken: null, repair: false, CancellationToken.None)).Stretch;

        Assert.Null(first.ContinuationToken);
        foreach (var token in new[] { "", "AAAA", "no token", new string('A', 80) })
            Assert.IsType<StretchOutcome.InvalidToken>(await _rig.Verifier.CheckAsync(token, repair: false, CancellationToken.None));
    }

    [Fact]
    public async Task Verify_WithdrawnCountAndRowThatCannotBeCounted_GoesOn()
    {
        var row = await _rig.OnlyRowAsync(DayKeys.Table, CountKeys.Partition);
        var (shard, from) = CountKeys.Parse(row.RowKey);
        await _rig.TableOf(DayKeys.Table).UpdateEntityAsync(CountRow.Withdrawn(shard, from), ETag.All, TableUpdateMode.Replace);
        Assert.Equal([], await _rig.VerifyAsync());

        row["States"] = """{"Waiting":1}""";
        await _rig.TableOf(DayKeys.Table).UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace);
        Assert.Equal([FindingCodes.RowUnknown], (await _rig.VerifyAsync()).Select(finding => finding.Code));
    }

    private static DeadLetter Letter(string id, VerificationRig rig) => new()
    {
        Source = "queue:tasks",
        Id = id,
        ArrivedAt = rig.Store.Time.GetUtcNow().AddMinutes(-1),
        DeadAt = rig.Store.Time.GetUtcNow(),
        Code = "invalid_task",
        Reason = "It is no task.",
        Body = "{}",
        DeliveryCount = 1,
    };

    /// <summary>An id like it that lies in another task's partition and segment.</summary>
    private static TaskId NextTo(TaskId id, TaskRecord task) => TaskId.New(id.CreatedAt, task.Id.Shard, new SeededRandomSource(1));

    private static async Task<string> ChunkOf(VerificationRig rig, TaskRecord task)
    {
        var prefix = TaskKeys.ChunkPrefix(task.Id);
        await foreach (var row in rig.TableOf(task).QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {VerificationRig.PartitionOf(task)} and RowKey gt {prefix}")))
            return row.RowKey;
        throw new InvalidOperationException("There are no chunks.");
    }

    private static Task<Response> AddKeyAsync(VerificationRig rig, string rowKey, DateTimeOffset? expiresAt) => rig.TableOf(IdempotencyKeys.Table).AddEntityAsync(VerificationRig.Row(
        IdempotencyKeys.Partition("lost"), rowKey,
        expiresAt is { } time ? [("Id", Nobody.ToString()), ("ContentHash", "x"), ("ExpiresAt", time)] : [("Id", Nobody.ToString())]));
}
