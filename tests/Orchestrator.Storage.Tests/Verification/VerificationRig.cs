using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Storage.Verification;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Tests.Verification;

/// <summary>A store with tasks of all kinds, in which rows can be broken, and its verifier. Storage has the same clock as the store.</summary>
internal sealed class VerificationRig : IAsyncDisposable
{
    private readonly TableServer _server;
    private readonly ManualTimeProvider _clock;

    private VerificationRig(TableServer server, ManualTimeProvider clock, Store store)
    {
        (_server, _clock, Store) = (server, clock, store);
        store.Services.GetRequiredService<PartitionCheck>().SecondLookAfter = TimeSpan.Zero;
    }

    public Store Store { get; }

    /// <summary>Over, with a tag, a parent and a correlation id, and an input and output in parts.</summary>
    public TaskRecord Done { get; private set; } = null!;

    /// <summary>Queued.</summary>
    public TaskRecord Waiting { get; private set; } = null!;

    /// <summary>Waits for <see cref="Waiting"/>.</summary>
    public TaskRecord Blocked { get; private set; } = null!;

    public IStorageVerifier Verifier => Store.Services.GetRequiredService<IStorageVerifier>();

    public static async Task<VerificationRig> StartAsync()
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        var server = await TableServer.StartAsync(clock);
        var rig = new VerificationRig(server, clock, await Store.StartAsync(server));
        await rig.FillAsync();
        return rig;
    }

    /// <summary>Passes time for the store and for storage.</summary>
    public void Advance(TimeSpan by)
    {
        _clock.Advance(by);
        Store.Time.Advance(by);
    }

    /// <summary>Checks everything.</summary>
    public async Task<IReadOnlyList<StorageFinding>> VerifyAsync(bool repair = false)
    {
        var findings = new List<StorageFinding>();
        for (string? token = null; ;)
        {
            var stretch = Assert.IsType<StretchOutcome.Checked>(await Verifier.CheckAsync(token, repair, CancellationToken.None)).Stretch;
            findings.AddRange(stretch.Findings);
            token = stretch.ContinuationToken;
            if (token is null)
                return findings;
        }
    }

    public TableClient TableOf(TaskRecord task) => Store.Table(TaskKeys.Table(task.Id));

    public TableClient TableOf(string name) => Store.Table(name);

    public Task DeleteAsync(TaskRecord task, string rowKey) => TableOf(task).DeleteEntityAsync(PartitionOf(task), rowKey, ETag.All);

    public Task InsertAsync(TaskRecord task, string rowKey, params (string Name, object Value)[] columns) => TableOf(task).AddEntityAsync(Row(PartitionOf(task), rowKey, columns));

    public Task MergeAsync(TaskRecord task, string rowKey, params (string Name, object Value)[] columns) =>
        TableOf(task).UpdateEntityAsync(Row(PartitionOf(task), rowKey, columns, schema: null), ETag.All, TableUpdateMode.Merge);

    public static TableEntity Row(string partition, string rowKey, (string Name, object Value)[] columns, int? schema = 1)
    {
        var row = new TableEntity(partition, rowKey);
        if (schema is not null)
            row["Schema"] = schema;
        foreach (var (name, value) in columns)
            row[name] = value;
        return row;
    }

    public static string PartitionOf(TaskRecord task) => TaskKeys.Partition(task.Id.Shard);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task FillAsync()
    {
        var large = '"' + new string('x', 100_000) + '"';
        var done = await Store.Tasks.SubmitAsync(
            Store.Submission(large, "key", "red") with { Name = "name", Parent = "parent", Correlation = "correlation" }, CancellationToken.None);
        Done = await Store.FinishAsync(Assert.IsType<SubmitOutcome.Created>(done).Task.Record.Id, large);
        var waiting = await Store.SubmitAsync();
        var blocked = await Store.Tasks.SubmitAsync(
            Store.Submission() with { DependsOn = new TaskDependencies([waiting.Record.Id], DependencyCondition.AllSucceeded) }, CancellationToken.None);
        Blocked = Assert.IsType<SubmitOutcome.Created>(blocked).Task.Record;
        await Store.Services.GetRequiredService<ITaskEdges>().AddAsync(waiting.Record.Id, Blocked.Id, CancellationToken.None);
        await Store.Lifecycle.MarkTiedAsync(Blocked.Id, CancellationToken.None);
        Waiting = (await Store.Tasks.GetAsync(waiting.Record.Id, CancellationToken.None))!.Record;
        await Store.ClaimAsync((await Store.SubmitAsync()).Record.Id);
        await Store.Services.GetRequiredService<ITaskWakes>().AddAsync(Waiting.Id, _clock.GetUtcNow().AddHours(2), CancellationToken.None);

        // Another process, whose segment is closed and counted.
        await using var other = await Store.StartAsync(_server, sharing: Store);
        await other.FinishAsync((await other.SubmitAsync()).Record.Id);
        await other.StopAsync();
        Advance(TimeSpan.FromMinutes(2));
        await Store.Tasks.CountAsync(CancellationToken.None);
        Advance(TimeSpan.FromHours(2));
    }

    /// <summary>Reads the single row of a partition.</summary>
    public async Task<TableEntity> OnlyRowAsync(string table, string partition)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in TableOf(table).QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}")))
            rows.Add(row);
        return Assert.Single(rows);
    }
}
