using System.Globalization;
using System.Text.Json;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.Listing;

/// <summary>The tables of Rows/Golden/store-v1.json are as release 1 left them, with fixed shards; the file is never edited.</summary>
public sealed class OldStoreTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TaskId[] Old =
    [
        .. new[] { "01M7W2Y7M00C00000000000001", "01M7W2Y8K81W00000000000002", "01M81B3PN00000000000000003", "01M81B3QM80W00000000000004" }.Select(TaskId.Parse),
    ];

    private TableServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync();
        var path = Path.Combine(AppContext.BaseDirectory, "Rows", "Golden", "store-v1.json");
        var tables = JsonSerializer.Deserialize<Dictionary<string, List<Dictionary<string, string>>>>(await File.ReadAllTextAsync(path))!;
        foreach (var (table, rows) in tables)
            _server.Load(table, rows.Select(row => row.Select(Column)));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task List_OldTasks_AreThereWithNewOnes()
    {
        await using var store = await Store.StartAsync(_server);
        var added = (await store.SubmitAsync("{}", null, "red")).Record.Id;

        Assert.Equal([added, Old[3], Old[2], Old[1], Old[0]], await ListAsync(store, new TaskQuery()));
        Assert.Equal([added, Old[3], Old[2], Old[1], Old[0]], await ListAsync(store, new TaskQuery { PageSize = 1 }));
        Assert.Equal([Old[3], Old[1], Old[0]], await ListAsync(store, new TaskQuery { State = TaskState.Succeeded }));
        Assert.Equal([added, Old[2], Old[0]], await ListAsync(store, new TaskQuery { Tag = "red" }));
        Assert.Equal([added, Old[2]], await ListAsync(store, new TaskQuery { State = TaskState.Queued }));
        Assert.Equal([Old[1]], await ListAsync(store, new TaskQuery { From = Old[1].CreatedAt, To = Old[2].CreatedAt }));
        Assert.Equal(5, (await store.Tasks.CountAsync(None)).Total);
    }

    [Fact]
    public async Task Claim_OldTask_GoesOnAsItWould()
    {
        await using var store = await Store.StartAsync(_server);
        Assert.Equal([Old[2]], await store.Tasks.ListUnstartedAsync(store.Time.GetUtcNow(), 10, None));

        await store.Lifecycle.MarkStartedAsync(Old[2], None);
        Assert.Empty(await store.Tasks.ListUnstartedAsync(store.Time.GetUtcNow(), 10, None));
        var finished = await store.FinishAsync(Old[2], "7");

        Assert.Equal((TaskState.Succeeded, "7", 3), (finished.State, finished.Output, finished.LastEvent));
        Assert.Empty(await ListAsync(store, new TaskQuery { State = TaskState.Queued }));
        Assert.Equal([Old[2]], await ListAsync(store, new TaskQuery { Agent = "digester" }));
    }

    [Fact]
    public async Task Delete_OldTasks_LeavesOnlyTheRowsOfDays()
    {
        await using var store = await Store.StartAsync(_server);
        await store.FinishAsync(Old[2]);

        foreach (var id in Old)
            Assert.Equal(new DeleteOutcome.Deleted(), await store.Tasks.DeleteAsync(id, None));

        // In place of the days' counts stands that there are none now.
        Assert.All((await store.RowsAsync()).Where(row => row.StartsWith("Task", StringComparison.Ordinal) && !row.StartsWith("TaskDays/counts/", StringComparison.Ordinal)), row => Assert.StartsWith("TaskDays/days/", row, StringComparison.Ordinal));
    }

    private static async Task<List<TaskId>> ListAsync(Store store, TaskQuery query)
    {
        var ids = new List<TaskId>();
        do
        {
            var page = Assert.IsType<TaskListing.Page>(await store.Tasks.ListAsync(query, None));
            ids.AddRange(page.Tasks.Select(task => task.Id));
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        return ids;
    }

    /// <summary>A column as "type value".</summary>
    private static KeyValuePair<string, object> Column(KeyValuePair<string, string> column)
    {
        var (type, text) = (column.Value[..column.Value.IndexOf(' ', StringComparison.Ordinal)], column.Value[(column.Value.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        return new(column.Key, type switch
        {
            "Int32" => int.Parse(text, CultureInfo.InvariantCulture),
            "Int64" => long.Parse(text, CultureInfo.InvariantCulture),
            "Boolean" => bool.Parse(text),
            "DateTimeOffset" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture),
            _ => text,
        });
    }
}
