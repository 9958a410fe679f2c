using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Retention;

/// <summary>Tasks go with all that belongs to them: one by one, and when they are over their time.</summary>
public abstract class RetentionTests(AzuriteFixture azurite, PlatformMode mode) : IAsyncLifetime
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private FunctionAppSetup _setup = null!;
    private FunctionApp _app = null!;

    public async Task InitializeAsync()
    {
        _setup = new FunctionAppSetup
        {
            ConnectionString = azurite.ConnectionString,
            Mode = mode,
            Environment = new Dictionary<string, string>
            {
                ["Orchestrator__Outbound__AllowLoopback"] = "true",
                ["Orchestrator__Callbacks__SigningKey"] = "a key of at least thirty-two characters",
            },
        };
        _app = await FunctionApp.StartAsync(_setup);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Run_TasksOfEveryKind_NothingIsLeftOfThemAnywhere()
    {
        using var tasks = await TasksOfEveryKind.RunAsync(_app.Http, "kinds");
        await FoundEverywhereAsync(tasks);
        var open = (await _app.Http.SubmitAsync("""{"type":"external","tags":["kinds"]}""")).Text("id")!;

        var run = await RunAsync("""{"age":"PT0S"}""", removed: tasks.Ids.Count);

        Assert.Equal(tasks.Ids.Count, run);
        await StorageScan.NothingAsync(_setup, [.. tasks.Ids.Values]);
        Assert.Equal([open], (await _app.Http.AllTasksAsync(filter: "&tag=kinds")).Select(task => task.Id));
        var counts = await _app.Http.GetAnswerAsync("api/tasks/counts");
        Assert.True(counts.Body.GetProperty("total").GetInt32() == 1, $"The counts are {counts}.");
    }

    [Fact]
    public async Task Delete_TasksOfEveryKind_NothingIsLeftOfThemAnywhere()
    {
        using var tasks = await TasksOfEveryKind.RunAsync(_app.Http, "each");

        foreach (var id in tasks.Ids.Values)
            Assert.Equal(HttpStatusCode.NoContent, (await _app.Http.SendAsync(HttpMethod.Delete, $"api/tasks/{id}")).Status);

        await StorageScan.NothingAsync(_setup, [.. tasks.Ids.Values]);
        Assert.Equal([], await _app.Http.AllTasksAsync(filter: "&tag=each"));
    }

    [Fact]
    public async Task Timer_DayLongAgo_ItsTablesAreDropped()
    {
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode };
        var ids = await OldTasks.StoreAsync(setup, count: 25, age: TimeSpan.FromDays(100));
        Assert.NotEmpty(await StorageScan.FindAsync(setup, ids));

        await using var app = await FunctionApp.StartAsync(setup);

        await StorageScan.NothingAsync(setup, ids);
        var day = TimeProvider.System.GetUtcNow().AddDays(-100).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.ValueAsync(() => StorageScan.TablesAsync(setup), tables => !tables.Any(name => name.Contains($"Tasks{day}", StringComparison.Ordinal)), "the tables of the day are dropped", pause: _pause);
        Assert.Equal([], await app.Http.AllTasksAsync());
        Assert.Equal(0, (await app.Http.GetAnswerAsync("api/tasks/counts")).Body.GetProperty("total").GetInt32());
    }

    /// <summary>Otherwise finding nothing afterwards would say little.</summary>
    private async Task FoundEverywhereAsync(TasksOfEveryKind tasks)
    {
        var found = string.Join('\n', await StorageScan.FindAsync(_setup, [.. tasks.Ids.Values]));
        Assert.All(["Tasks", "TaskKeys", "TaskWakes", "DeadLetters", "Log"], table => Assert.Contains($"\n{_setup.Name}{table}", '\n' + found, StringComparison.Ordinal));
    }

    /// <summary>Runs until as many tasks are gone: an orchestration may still be ending.</summary>
    private async Task<int> RunAsync(string body, int removed)
    {
        var sum = 0;
        await Eventually.ValueAsync(
            async () =>
            {
                var answer = await _app.Http.SendAsync(HttpMethod.Post, "api/retention/run", body);
                Assert.True(answer.Status == HttpStatusCode.OK, $"It was answered with {answer}.");
                return sum += answer.Body.GetProperty("removed").GetInt32();
            },
            count => count >= removed,
            $"{removed} tasks are removed",
            pause: _pause);
        return sum;
    }

    public sealed class Normal(AzuriteFixture azurite) : RetentionTests(azurite, PlatformMode.Normal), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : RetentionTests(azurite, PlatformMode.Hostile), IClassFixture<AzuriteFixture>;
}
