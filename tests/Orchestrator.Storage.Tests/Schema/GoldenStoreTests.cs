using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Schema;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Storage.Verification;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Tests.Schema;

/// <summary>Stores as each schema version left them are opened, read, upgraded, worked on and found in order by today's code.</summary>
public sealed partial class GoldenStoreTests
{
    private const string Unknown = "OfAReleaseToCome";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Golden_EachVersion_HasItsStore() => Assert.Equal(
        Enumerable.Range(1, StoreSchema.Current).Select(version => $"store-v{version}.json"),
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Rows", "Golden"), "store-v*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    public async Task Open_StoreOfAVersion_ReadUpgradedWorkedOnAndInOrder(int version, int count)
    {
        await using var server = await TableServer.StartAsync(new ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)));
        await GoldenStore.LoadAsync(server, version);
        await using var store = await Store.StartAsync(server);
        store.Services.GetRequiredService<PartitionCheck>().SecondLookAfter = TimeSpan.Zero;
        Assert.Equal(StoreSchema.Current, (await store.Table(SettingsKeys.Table).GetEntityAsync<TableEntity>(SettingsKeys.Partition, "schema")).Value.GetInt32("Version"));

        var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(new TaskQuery(), None));
        Assert.Equal(count, page.Tasks.Count);
        foreach (var listed in page.Tasks)
        {
            var task = (await store.Tasks.GetAsync(listed.Id, None))!.Record;
            var events = await store.Tasks.GetEventsAsync(task.Id, 0, None);
            Assert.Equal(Enumerable.Range(1, task.LastEvent), events.Select(entry => entry.Number));
        }

        var queued = page.Tasks.Last(task => task.State == TaskState.Queued).Id;
        await MarkAsync(store, queued);
        var finished = await store.FinishAsync(queued, "7");
        Assert.Equal((TaskState.Succeeded, "7"), (finished.State, finished.Output));
        Assert.Equal("kept", (await RowAsync(store, queued)).GetString(Unknown));
        Assert.Equal([], (await VerifyAsync(store)).Select(finding => finding.ToString()));
    }

    [Fact]
    public async Task Write_ThenLoad_SameRows()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using var server = await TableServer.StartAsync();
            await GoldenStore.LoadAsync(server, 2);
            await GoldenStore.WriteAsync(server, path);

            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Rows", "Golden", "store-v2.json")), await File.ReadAllTextAsync(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The page that describes the store knows every table and every column of a task.</summary>
    [Fact]
    public async Task Reference_Tables_NamesEveryTableAndColumn()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "tables.md"));
        var words = Word().Matches(page).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);
        var constants = typeof(TaskKeys).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string) && (field.Name == "Table" || field.DeclaringType!.Name == "TaskColumns"))
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();

        Assert.InRange(constants.Count, 55, 200);
        Assert.Equal([], constants.Where(name => !words.Contains(name)));
        Assert.Contains($"| {StoreSchema.Current} | from ", page, StringComparison.Ordinal);
        foreach (var instrument in new[] { StorageMetrics.RequestsName, StorageMetrics.RowsWrittenName, StorageMetrics.RetriesName, StorageMetrics.HeldBackName })
            Assert.Contains($"| `{instrument}` |", page, StringComparison.Ordinal);
    }

    private static async Task MarkAsync(Store store, TaskId id)
    {
        var row = new TableEntity(TaskKeys.Partition(id.Shard), TaskKeys.Task(id)) { [Unknown] = "kept" };
        await Table(store, id).UpdateEntityAsync(row, ETag.All);
    }

    private static async Task<TableEntity> RowAsync(Store store, TaskId id) => (await Table(store, id).GetEntityAsync<TableEntity>(TaskKeys.Partition(id.Shard), TaskKeys.Task(id))).Value;

    private static TableClient Table(Store store, TaskId id) => store.Table(TaskKeys.Table(id));

    private static async Task<IReadOnlyList<StorageFinding>> VerifyAsync(Store store)
    {
        var findings = new List<StorageFinding>();
        for (string? token = null; ;)
        {
            var stretch = Assert.IsType<StretchOutcome.Checked>(await store.Services.GetRequiredService<IStorageVerifier>().CheckAsync(token, repair: false, None)).Stretch;
            findings.AddRange(stretch.Findings);
            token = stretch.ContinuationToken;
            if (token is null)
                return findings;
        }
    }

    [GeneratedRegex("[A-Za-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
