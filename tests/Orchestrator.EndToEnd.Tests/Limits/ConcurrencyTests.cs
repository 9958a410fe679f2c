using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Limits;

/// <summary>Limits on how many tasks of a type, or of a key, are worked on at once.</summary>
public abstract class ConcurrencyTests(AppFixture app)
{
    private const int Crowd = 1_000;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Limit_OneAndAThousandTasks_NeverTwoAtOnce()
    {
        await DefineAsync("one-at-a-time", "noop", """{"limit":1}""");
        var tasks = new JsonArray([.. Enumerable.Range(0, Crowd).Select(number => (JsonNode)new JsonObject { ["type"] = "one-at-a-time", ["input"] = number, ["priority"] = number % 10 })]);

        var answer = await app.Http.SendAsync(HttpMethod.Post, "api/tasks/batch", new JsonObject { ["tasks"] = tasks }.ToJsonString());
        await app.Http.WhenAllAreOverAsync("one-at-a-time", _limit);
        Assert.Equal((HttpStatusCode.OK, Crowd), (answer.Status, answer.Body.GetProperty("accepted").GetInt32()));
        await app.Http.AssertNeverTwoAtOnceAsync("one-at-a-time", Crowd);
    }

    [Fact]
    public async Task Limit_Two_HigherPriorityGoesFirstThenTheOlder()
    {
        await DefineAsync("two-at-a-time", "external", """{"limit":2}""");
        var first = await SubmitAsync("two-at-a-time", "first", 5);
        var second = await SubmitAsync("two-at-a-time", "second", 5);
        await PendingAsync(first);
        await PendingAsync(second);
        var low = await SubmitAsync("two-at-a-time", "low", 1);
        var older = await SubmitAsync("two-at-a-time", "older", 5);
        var newer = await SubmitAsync("two-at-a-time", "newer", 5);
        var high = await SubmitAsync("two-at-a-time", "high", 9);
        await WaitingAsync("two-at-a-time", 4);

        var order = new List<string>();
        foreach (var (ended, next) in new[] { (first, high), (second, older), (high, newer), (older, low) })
        {
            await CompleteAsync(ended);
            await PendingAsync(next);
            order.Add(next);
            Assert.Equal(2, (await app.Http.AllTasksAsync(filter: "&type=two-at-a-time&state=Running")).Count);
        }

        await CompleteAsync(newer);
        await CompleteAsync(low);
        Assert.Equal([high, older, newer, low], order);
    }

    [Fact]
    public async Task Limit_RaisedAndLowered_HoldsForWhatWaits()
    {
        await DefineAsync("changing", "external", """{"limit":1}""");
        var tasks = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            tasks.Add(await SubmitAsync("changing", $"task {i}", 5));
            if (i == 0)
                await PendingAsync(tasks[0]);
        }

        await WaitingAsync("changing", 5);

        await DefineAsync("changing", "external", """{"limit":3}""");
        await PendingAsync(tasks[1]);
        await PendingAsync(tasks[2]);
        Assert.Equal(3, (await app.Http.AllTasksAsync(filter: "&type=changing&state=Running")).Count);

        await DefineAsync("changing", "external", """{"limit":1}""");
        await CompleteAsync(tasks[0]);
        await CompleteAsync(tasks[1]);
        Assert.Equal([tasks[2]], (await app.Http.AllTasksAsync(filter: "&type=changing&state=Running")).Select(task => task.Id));

        await CompleteAsync(tasks[2]);
        await PendingAsync(tasks[3]);
        Assert.Equal([tasks[3]], (await app.Http.AllTasksAsync(filter: "&type=changing&state=Running")).Select(task => task.Id));

        await DefineAsync("changing", "external", concurrency: null);
        await PendingAsync(tasks[4]);
        await PendingAsync(tasks[5]);
        foreach (var task in tasks.Skip(3))
            await CompleteAsync(task);
    }

    [Fact]
    public async Task KeyLimit_One_EachKeyByItself()
    {
        await DefineAsync("by-customer", "external", """{"limit":3,"key":"/customer/id","keyLimit":1}""");
        var firstOfA = await SubmitAsync("by-customer", "first of a", 5, """{"customer":{"id":"a"}}""");
        await PendingAsync(firstOfA);
        var secondOfA = await SubmitAsync("by-customer", "second of a", 5, """{"customer":{"id":"a"}}""");
        var firstOf1 = await SubmitAsync("by-customer", "first of 1", 5, """{"customer":{"id":1}}""");
        await PendingAsync(firstOf1);
        var secondOf1 = await SubmitAsync("by-customer", "second of 1", 5, """{"customer":{"id":1.0}}""");
        var ofNobody = await SubmitAsync("by-customer", "of nobody", 5, """{"customer":null}""");
        await PendingAsync(ofNobody);
        await WaitingAsync("by-customer", 2);

        await CompleteAsync(ofNobody);
        Assert.Equal(2, (await app.Http.AllTasksAsync(filter: "&type=by-customer&state=Running")).Count);
        await CompleteAsync(firstOf1);
        await PendingAsync(secondOf1);
        await CompleteAsync(firstOfA);
        await PendingAsync(secondOfA);
        await CompleteAsync(secondOf1);
        await CompleteAsync(secondOfA);
    }

    [Fact]
    public async Task Waiting_CancelledPausedOrExpired_TheNextGetsTheSlot()
    {
        await DefineAsync("turns", "external", """{"limit":1}""");
        var holder = await SubmitAsync("turns", "holder", 5);
        await PendingAsync(holder);
        var cancelled = await SubmitAsync("turns", "cancelled", 9);
        var paused = await SubmitAsync("turns", "paused", 8);
        var next = await SubmitAsync("turns", "next", 1);
        await WaitingAsync("turns", 3);

        await app.Http.CancelAsync(cancelled);
        await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{paused}/pause");
        await app.Http.CancelAsync(holder);
        await PendingAsync(next);

        Assert.Equal([("cancelled", "Cancelled"), ("holder", "Cancelled"), ("next", "Running"), ("paused", "Paused")], (await app.Http.AllTasksAsync(filter: "&type=turns")).Select(task => (task.Title, task.State)).Order());
        await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{paused}/resume");
        await CompleteAsync(next);
        await PendingAsync(paused);
        await CompleteAsync(paused);
    }

    private async Task DefineAsync(string name, string capability, string? concurrency)
    {
        var answer = await app.Http.SendAsync(HttpMethod.Put, $"api/task-types/{name}", $$"""{"capability":"{{capability}}","concurrency":{{concurrency ?? "null"}}}""");
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, $"Defining {name} was answered with {answer}");
    }

    private async Task<string> SubmitAsync(string type, string title, int priority, string input = "null") =>
        (await app.Http.SubmitAsync($$"""{"type":"{{type}}","title":"{{title}}","priority":{{priority}},"input":{{input}}}""")).Text("id")!;

    private Task<Answer> PendingAsync(string id) => Eventually.ValueAsync(
        () => app.Http.GetAnswerAsync($"api/tasks/{id}/attempts/1"), answer => answer.Status == HttpStatusCode.OK && answer.Text("state") == "Pending", $"task {id} has a slot", _limit, _pause);

    /// <summary>Waits until the limiter knows of those who wait: its own count says so.</summary>
    private Task<Answer> WaitingAsync(string type, int count) => Eventually.ValueAsync(
        () => app.Http.GetAnswerAsync("api/limiters"),
        answer => answer.Body.GetProperty("limiters").EnumerateArray().Where(limiter => limiter.GetProperty("taskType").GetString() == type).Sum(limiter => limiter.GetProperty("waiting").GetInt32()) == count,
        $"{count} tasks of type {type} wait for a slot",
        _limit,
        _pause);

    private async Task CompleteAsync(string id)
    {
        var token = (await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token")).Text("token");
        var answer = await app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", """{"output":null}""", token);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    public sealed class Normal(AppFixture.Normal app) : ConcurrencyTests(app), IClassFixture<AppFixture.Normal>;

    public sealed class Hostile(AppFixture.Hostile app) : ConcurrencyTests(app), IClassFixture<AppFixture.Hostile>;
}
