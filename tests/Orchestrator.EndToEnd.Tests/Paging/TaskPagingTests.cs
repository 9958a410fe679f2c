using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.EndToEnd.Tests.Paging;

/// <summary>Pages of a list from its first task on, while more are added.</summary>
public abstract class TaskPagingTests(AzuriteFixture azurite, PlatformMode mode)
{
    private const int Tasks = 300;

    /// <summary>One test, for the sake of one set of tasks.</summary>
    [Fact]
    public async Task Pages_WhileTasksAreAdded_MissAndRepeatNothing()
    {
        // Small segments: many of them, so that a page of a rare state ends before it has found one.
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["Orchestrator__Storage__TasksPerSegment"] = "10", ["Orchestrator__Storage__Lanes"] = "4" };
        await using var app = await FunctionApp.StartAsync(new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode, Environment = environment });
        var http = app.Http;

        var empty = await http.PageAsync("");
        Assert.Equal((0, null), (empty.Tasks.Count, empty.ContinuationToken));
        var one = await SubmitAsync(http, 1, "one");
        Assert.Equal(one, Ids((await http.PageAsync("")).Tasks));
        Assert.Equal(one, (await PagesAsync(http, "pageSize=1", add: false)).Read);
        foreach (var size in new[] { 0, 201 })
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_query"), await RefusalAsync(http, $"pageSize={size}"));

        var many = await SubmitAsync(http, Tasks, "many");
        foreach (var size in new[] { 7, 200 })
        {
            var before = Sorted(await http.AllTasksAsync());
            var (read, _) = await PagesAsync(http, $"pageSize={size}", add: true);
            Assert.Equal(before, Sorted(read));
            Assert.Equal(read.OrderDescending(StringComparer.Ordinal), read);
        }

        Assert.Equal(Sorted(many), Sorted((await PagesAsync(http, "pageSize=50&tag=many", add: true)).Read));

        // No task has failed, and not all segments are looked into for one page.
        var (none, emptyWithToken) = await PagesAsync(http, "state=Failed", add: false);
        Assert.Equal([], none);
        Assert.InRange(emptyWithToken, 1, Tasks);
        await AssertForgedAreRefusedAsync(http);
    }

    private static async Task AssertForgedAreRefusedAsync(HttpClient http)
    {
        var token = (await http.PageAsync("pageSize=10")).ContinuationToken!;
        var first = token[0] == 'A' ? 'B' : 'A';
        string[] forged = [first + token[1..], token[..^4], token + "AAAA", "x", Convert.ToBase64String(new byte[40])];
        foreach (var other in forged)
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_query"), await RefusalAsync(http, $"pageSize=10&continuationToken={Uri.EscapeDataString(other)}"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_query"), await RefusalAsync(http, $"pageSize=10&state=Failed&continuationToken={Uri.EscapeDataString(token)}"));
        Assert.Equal(10, (await http.PageAsync($"pageSize=10&continuationToken={Uri.EscapeDataString(token)}")).Tasks.Count);
    }

    /// <summary>What the pages of a list hold, and how many of them were empty although more followed.</summary>
    private static async Task<(IReadOnlyList<string> Read, int EmptyWithToken)> PagesAsync(HttpClient http, string query, bool add)
    {
        var read = new List<string>();
        var empty = 0;
        for (string? token = ""; token is not null;)
        {
            var page = await http.PageAsync(query + (token.Length == 0 ? "" : $"&continuationToken={Uri.EscapeDataString(token)}"));
            read.AddRange(Ids(page.Tasks));
            token = page.ContinuationToken;
            empty += page.Tasks.Count == 0 && token is not null ? 1 : 0;
            if (add)
                await SubmitAsync(http, 2, "added");
        }

        return (read, empty);
    }

    private static async Task<(HttpStatusCode Status, string? Code)> RefusalAsync(HttpClient http, string query)
    {
        var answer = await http.GetAnswerAsync($"api/tasks?{query}");
        return (answer.Status, answer.Text("code"));
    }

    private static async Task<IReadOnlyList<string>> SubmitAsync(HttpClient http, int count, string tag)
    {
        var batch = new JsonObject { ["tasks"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)new JsonObject { ["type"] = "noop", ["tags"] = new JsonArray(tag) })]) };
        var answer = await http.SendAsync(HttpMethod.Post, "api/tasks/batch", batch.ToJsonString());
        Assert.Equal((HttpStatusCode.OK, count), (answer.Status, answer.Body.GetProperty("accepted").GetInt32()));
        return [.. answer.Body.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("task").GetProperty("id").GetString()!)];
    }

    private static IEnumerable<string> Ids(IEnumerable<TaskSummary> tasks) => tasks.Select(task => task.Id);

    private static IEnumerable<string> Sorted(IEnumerable<string> ids) => ids.Order(StringComparer.Ordinal);

    private static IEnumerable<string> Sorted(IEnumerable<TaskSummary> tasks) => Sorted(Ids(tasks));

    public sealed class Normal(AzuriteFixture azurite) : TaskPagingTests(azurite, PlatformMode.Normal), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite) : TaskPagingTests(azurite, PlatformMode.Hostile), IClassFixture<AzuriteFixture>;
}
