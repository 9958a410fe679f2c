using System.Net;
using System.Text;
using Azure.Storage.Queues;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.DeadLetters;

/// <summary>Messages that are wrong for good, and one whose dependency keeps failing: what becomes of them, and of them once they are redriven.</summary>
public abstract class PoisonTests(PlatformMode mode)
{
    private const string Key = "of-the-poisoned";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Queue_AllKindsOfPoison_DeadLettersThatAreRedrivenAndTheOthersUnaffected()
    {
        await using var azurite = await AzuriteServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(azurite);
        var setup = new FunctionAppSetup
        {
            ConnectionString = proxy.ConnectionString,
            Mode = mode,
            Environment = new Dictionary<string, string>
            {
                ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
                ["AzureFunctionsJobHost__extensions__queues__maxDequeueCount"] = "3",
            },
        };
        await using var app = await FunctionApp.StartAsync(setup);
        var failing = proxy.Add(new FaultRule(new StorageFault.Answer(500)) { Where = call => call.Table == setup.Name + "TaskKeys" && Says(call, Key) });
        var queue = new QueueClient(azurite.ConnectionString, "tasks", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var raw = new QueueClient(azurite.ConnectionString, "tasks");

        var poisoned = $$"""{"type":"noop","idempotencyKey":"{{Key}}","title":"poisoned","input":"a secret"}""";
        await queue.SendMessageAsync(poisoned);
        await raw.SendMessageAsync("100 % not base64");
        await queue.SendMessageAsync("not JSON");
        await queue.SendMessageAsync("""{"\ud800":1}""");
        var unknown = (await queue.SendMessageAsync("""{"type":"no.such"}""")).Value.MessageId;
        await queue.SendMessageAsync("""{"schemaVersion":9,"type":"noop"}""");
        for (var i = 0; i < 5; i++)
            await queue.SendMessageAsync($$"""{"type":"noop","title":"good {{i}}"}""");

        var letters = await Eventually.ValueAsync(() => app.Http.DeadLettersAsync(pageSize: 2), letters => letters.Count >= 6, "there are six dead letters", pause: _pause);
        var tasks = await Eventually.ValueAsync(() => app.Http.AllTasksAsync(), tasks => tasks.Count >= 5 && tasks.All(task => task.IsOver), "five tasks are over", pause: _pause);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"good {i} Succeeded"), tasks.Select(task => $"{task.Title} {task.State}").Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                """queue:tasks invalid_json 1 [8 characters that are no JSON]""",
                """queue:tasks invalid_json 1 {"\ud800":"***"}""",
                """queue:tasks invalid_task 1 {schemaVersion: 9, type: "noop"}""",
                """queue:tasks invalid_task 1 {type: "no.such"}""",
                """queue:tasks-poison delivery_failed 1 {type: "noop", idempotencyKey: "of-the-poisoned", title: "poisoned", input: …}""",
                """queue:tasks-poison invalid_json 1 [16 characters that are no JSON]""",
            ],
            letters.Select(letter => $"{letter.Source} {letter.Code} {letter.DeliveryCount} {letter.Preview}").Order(StringComparer.Ordinal));
        Assert.True(failing.Fired >= 3, $"It was delivered three times, and failed {failing.Fired} times.");
        Assert.Equal(letters.Where(letter => letter.Source == "queue:tasks"), await app.Http.DeadLettersAsync("&source=queue:tasks"));
        Assert.Equal(letters.Where(letter => letter.Code == "invalid_json"), await app.Http.DeadLettersAsync("&code=invalid_json", pageSize: 1));

        // What keeps failing: redriven while it does, nothing changes; redriven once it does not, it is one task, however often it is asked for.
        var id = letters.Single(letter => letter.Code == "delivery_failed").Id;
        Assert.Equal(poisoned, (await app.Http.DeadLetterAsync(id)).Text("body"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Http.RedriveAsync(id)).Status);
        proxy.Remove(failing);
        var redriven = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => app.Http.RedriveAsync(id)));
        await queue.SendMessageAsync(poisoned);
        var task = (await app.Http.AllTasksAsync()).Single(task => task.Title == "poisoned").Id;
        Assert.All(redriven, letter => Assert.Equal((HttpStatusCode.OK, "Redriven", $"Submitted {task} -"), (letter.Status, letter.Text("state"), letter.RedriveOf())));
        Assert.Equal("Succeeded", (await app.Http.EndOfAsync(task)).Text("state"));

        // What is wrong for good: the same faults again, until it is mended; then with the message's id as its key.
        id = letters.Single(letter => letter.OriginId == unknown).Id;
        var refused = await app.Http.RedriveAsync(id);
        Assert.Equal((HttpStatusCode.OK, "Dead", "Refused - invalid_task"), (refused.Status, refused.Text("state"), refused.RedriveOf()));
        Assert.Equal("/type", refused.Body.GetProperty("redrive").GetProperty("errors")[0].GetProperty("pointer").GetString());
        var mended = await app.Http.RedriveAsync(id, """{"body":{"type":"noop","title":"mended"}}""");
        var again = await app.Http.RedriveAsync(id, """{"body":{"type":"noop","title":"mended once more"}}""");
        Assert.Equal(("Redriven", 2), (mended.Text("state"), mended.Body.GetProperty("redrives").GetInt32()));
        Assert.Equal((HttpStatusCode.Conflict, "dead_letter_redriven"), (again.Status, again.Text("code")));
        Assert.Equal(mended.RedriveOf(), (await app.Http.DeadLetterAsync(id)).RedriveOf());

        await Eventually.ValueAsync(
            async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount, left => left == 0, "the queue is empty", pause: _pause);
        Assert.Equal(7, (await app.Http.AllTasksAsync()).Count);

        Assert.Equal(HttpStatusCode.NoContent, (await app.Http.DiscardAsync(id)).Status);
        Assert.Equal((HttpStatusCode.NotFound, "dead_letter_not_found"), await ProblemOfAsync(app, id));
        Assert.Equal(HttpStatusCode.NoContent, (await app.Http.DiscardAsync(id)).Status);
        Assert.Equal((HttpStatusCode.NotFound, "dead_letter_not_found"), await ProblemOfAsync(app, "no-id"));
        Assert.Equal(5, (await app.Http.DeadLettersAsync()).Count);
        var stats = (await app.Http.GetAnswerAsync("api/stats")).Body.GetProperty("deadLetters");
        Assert.Equal((4, 1, 5), (stats.GetProperty("dead").GetInt32(), stats.GetProperty("redriven").GetInt32(), stats.GetProperty("lastHour").GetInt32()));
        Assert.Equal([], proxy.Failures);
    }

    private static async Task<(HttpStatusCode Status, string? Code)> ProblemOfAsync(FunctionApp app, string id)
    {
        var answer = await app.Http.DeadLetterAsync(id);
        return (answer.Status, answer.Text("code"));
    }

    private static bool Says(StorageCall call, string text) =>
        Encoding.UTF8.GetString(call.Body.Span).Contains(text, StringComparison.Ordinal) || Uri.UnescapeDataString(call.Target).Contains(text, StringComparison.Ordinal);

    public sealed class Normal() : PoisonTests(PlatformMode.Normal);

    public sealed class Hostile() : PoisonTests(PlatformMode.Hostile);
}
