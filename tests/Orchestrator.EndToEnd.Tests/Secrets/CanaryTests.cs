using System.Net;
using System.Text.Json;
using Azure.Storage.Queues;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Secrets;

/// <summary>
/// A canary is put wherever a secret may stand, by every way in: masked fields of inputs, outputs and heartbeats, secrets by name in headers, queries, bodies and the callbacks' key,
/// answers and errors of others that say them again, messages that nobody understands. Then everything that can be read is looked through.
/// </summary>
public abstract class CanaryTests(PlatformMode mode) : IAsyncLifetime
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly string _canary = "canary" + Guid.NewGuid().ToString("N");
    private readonly string _plain = "plain" + Guid.NewGuid().ToString("N");
    private readonly EchoServer _echo = new();
    private readonly List<string> _answers = [];
    private AzuriteServer _azurite = null!;
    private FunctionApp _app = null!;

    public async Task InitializeAsync()
    {
        _azurite = await AzuriteServer.StartAsync();
        _app = await FunctionApp.StartAsync(new FunctionAppSetup
        {
            ConnectionString = _azurite.ConnectionString,
            Mode = mode,
            Environment = new Dictionary<string, string>
            {
                ["Logging__LogLevel__Default"] = "Debug",
                ["Orchestrator__Outbound__AllowLoopback"] = "true",
                ["Orchestrator__Callbacks__SigningKey"] = "secret:signing",
                ["Orchestrator__Secrets__signing"] = $"{_canary} long enough to sign with",
                ["Orchestrator__Secrets__token"] = $"{_canary}-\"quoted\" & more",
                ["AzureFunctionsJobHost__extensions__queues__visibilityTimeout"] = "00:00:01",
                ["AzureFunctionsJobHost__extensions__queues__maxDequeueCount"] = "2",
            },
        });
        await DefineAsync("pay", """{"capability":"noop","maskedFields":["/card/number","/items/*/pin"],"input":{"properties":{"card":{"properties":{"number":{"pattern":"^canary"}}}}},"retry":{"maxAttempts":1}}""");
        await DefineAsync("ask", """{"capability":"external","maskedFields":["/card/number"]}""");
        await DefineAsync("call", """{"capability":"http","retry":{"maxAttempts":1}}""");
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _azurite.DisposeAsync();
        _echo.Dispose();
    }

    [Fact]
    public async Task Secrets_PutWhereverTheyMayStand_AreNowhereToBeRead()
    {
        await SubmitMaskedAsync();
        await CallAsync();
        await CompleteOutsideAsync();
        await SendMessagesAsync();

        await Eventually.ValueAsync(() => _app.Http.AllTasksAsync(), tasks => tasks.All(task => task.IsOver), "every task is over", pause: _pause);
        await Eventually.TrueAsync(() => _echo.Requests.Any(request => request.StartsWith("POST /done", StringComparison.Ordinal)), "the end is called back");
        await Eventually.ValueAsync(() => _app.Http.DeadLettersAsync("&source=callback"), letters => letters.Count == 1, "the callback that is refused is a dead letter", pause: _pause);
        await KeepAsync(_app.Http.RedriveAsync((await _app.Http.DeadLettersAsync("&source=callback"))[0].Id));
        await ReadEverythingAsync();

        Assert.Equal("", string.Join(Environment.NewLine, _answers.Where(Sings)));
        Assert.DoesNotContain(_canary, _app.Process.Transcript, StringComparison.OrdinalIgnoreCase);
        var (found, rows) = await SecretScan.FindAsync(_azurite.ConnectionString, _canary);
        Assert.True(found.Count == 0, $"Of {rows} rows some hold the secret:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");

        // The eyes are open: what is no secret is seen, and the secrets did reach those they were for.
        Assert.NotEmpty((await SecretScan.FindAsync(_azurite.ConnectionString, _plain)).Found);
        Assert.Contains(_answers, answer => answer.Contains(_plain, StringComparison.Ordinal));
        Assert.Contains(_echo.Requests, request => request.Contains($"Authorization: Bearer {_canary}-\"quoted\" & more", StringComparison.Ordinal));
    }

    /// <summary>Over HTTP, in a batch, again, and in bulk.</summary>
    private async Task SubmitMaskedAsync()
    {
        var done = await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, "api/tasks?wait=30", Pay("\"idempotencyKey\":\"k\"")));
        Assert.Equal("""{"card":{"number":"***","holder":"PLAIN"},"items":[{"pin":"***"},{"pin":"secret:token"}]}""".Replace("PLAIN", _plain, StringComparison.Ordinal), done.Body.GetProperty("output").GetRawText());
        var again = await KeepAsync(_app.Http.SubmitAsync(Pay("\"idempotencyKey\":\"k\"").Replace("number\":\"", "number\":\"canary", StringComparison.Ordinal)));
        Assert.Equal(done.Text("id"), again.Text("id"));

        await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, "api/tasks/batch", $$"""{"tasks":[{{Pay()}},{{Pay()}},{"type":"pay","input":{"card":{"number":"no {{_canary}}"} } },{"type":"no.such","input":"{{_canary}}"}]}"""));
        var refused = await KeepAsync(_app.Http.SubmitAsync($$"""{"type":"pay","input":{"card":{"number":["{{_canary}}"]} } }"""));
        await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, "api/tasks/validate", Pay()));
        var rerun = await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{done.Text("id")}/rerun"));
        await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{done.Text("id")}/rerun", $$"""{"input":{"card":{"number":"{{_canary}}"} } }"""));
        await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, "api/tasks/bulk", $$"""{"action":"rerun","ids":["{{done.Text("id")}}"]}"""));

        Assert.Equal(HttpStatusCode.Accepted, rerun.Status);
        Assert.True(refused.Status is HttpStatusCode.Accepted or HttpStatusCode.BadRequest, $"It was answered with {refused}");
    }

    /// <summary>Others are told secrets, and say them again.</summary>
    private async Task CallAsync()
    {
        const string headers = """ "headers":{"Authorization":"Bearer secret:token"} """;
        var echoed = await RunAsync($$"""{"type":"call","input":{"url":"{{_echo.Address}}echo?key=secret:token&x={{_plain}}","method":"POST","body":{"a":["secret:token"]},{{headers}}},"callback":{"url":"{{_echo.Address}}done?token=secret:token"} }""");
        var output = echoed.Body.GetProperty("output");
        Assert.Equal("Bearer ***", output.GetProperty("headers").GetProperty("x-echo").GetString());
        Assert.Equal($"/echo?key=***&x={_plain}", output.GetProperty("body").GetProperty("target").GetString());

        var malformed = await RunAsync($$"""{"type":"call","input":{"url":"{{_echo.Address}}malformed",{{headers}}} }""");
        Assert.Equal("outbound_failed", malformed.Body.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("***", malformed.Body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);

        var missing = await RunAsync($$"""{"type":"call","input":{"url":"{{_echo.Address}}?a=secret:none"} }""");
        Assert.Equal(("secret_missing", 1), (missing.Body.GetProperty("error").GetProperty("code").GetString(), missing.Body.GetProperty("attempt").GetInt32()));

        await RunAsync($$"""{"type":"pay","input":{"card":{"number":"{{_canary}}"} },"callback":{"url":"{{_echo.Address}}refuse?token=secret:token"} }""");
    }

    /// <summary>Whoever works outside says what is masked.</summary>
    private async Task CompleteOutsideAsync()
    {
        var masked = $$"""{"card":{"number":"{{_canary}}"},"note":"{{_plain}}"}""";
        foreach (var (verb, body) in new[] { ("complete", $$"""{"output":{{masked}}}"""), ("fail", $$"""{"message":{{JsonSerializer.Serialize(masked)}},"isRetryable":false}""") })
        {
            var id = (await KeepAsync(_app.Http.SubmitAsync($$"""{"type":"ask","input":{{masked}}}"""))).Text("id")!;
            var token = await Eventually.ValueAsync(() => _app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token"), answer => answer.Status == HttpStatusCode.OK, "the attempt is under way", pause: _pause);
            await KeepAsync(_app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/heartbeat", $$"""{"text":{{JsonSerializer.Serialize(masked)}},"details":{{masked}},"log":[{{JsonSerializer.Serialize(masked)}}]}""", token.Text("token")));
            await KeepAsync(_app.Http.GetAnswerAsync($"api/tasks/{id}/attempts/1"));
            await Eventually.ValueAsync(
                () => KeepAsync(_app.Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/{verb}", body, token.Text("token"))), answer => answer.Status == HttpStatusCode.OK, $"{verb} is taken", pause: _pause);
        }
    }

    /// <summary>Messages that become tasks, and others.</summary>
    private async Task SendMessagesAsync()
    {
        var queue = new QueueClient(_azurite.ConnectionString, "tasks", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        await queue.CreateIfNotExistsAsync();
        await queue.SendMessageAsync(Pay("\"title\":\"queued\""));
        await queue.SendMessageAsync($"no JSON: {_canary}");
        await queue.SendMessageAsync($$"""{"type":"no.such","input":{"card":"{{_canary}}"},"title":"{{_plain}}"}""");
        await queue.SendMessageAsync($$"""{"type":"pay","input":{"card":{"number":["{{_canary}}"]} },"inptu":{"card":"{{_canary}}"} }""");
        await queue.SendMessageAsync($$"""["{{_canary}}"]""");
        await new QueueClient(_azurite.ConnectionString, "tasks").SendMessageAsync($"no base64: {_canary}");

        var letters = await Eventually.ValueAsync(() => _app.Http.DeadLettersAsync(), letters => letters.Count(letter => letter.Source != "callback") == 5, "five messages are dead letters", pause: _pause);
        await Eventually.ValueAsync(() => _app.Http.AllTasksAsync(), tasks => tasks.Any(task => task.Title == "queued"), "the message is a task", pause: _pause);
        var withheld = letters.First(letter => letter.Preview.Contains("no.such", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.Conflict, "dead_letter_withheld"), ((await _app.Http.RedriveAsync(withheld.Id)).Status, (await _app.Http.RedriveAsync(withheld.Id)).Text("code")));
        await KeepAsync(_app.Http.RedriveAsync(withheld.Id, $$"""{"body":{{Pay()}}}"""));
    }

    private async Task ReadEverythingAsync()
    {
        foreach (var list in new[] { "tasks?pageSize=200", "tasks/counts", "stats", "dead-letters?pageSize=200", "task-types", "limiters", "health" })
            await KeepAsync(_app.Http.GetAnswerAsync($"api/{list}"));
        foreach (var task in await _app.Http.AllTasksAsync())
        {
            foreach (var part in new[] { "", "/events", "/attempts", "/attempts/1", "/export" })
                await KeepAsync(_app.Http.GetAnswerAsync($"api/tasks/{task.Id}{part}"));
        }

        foreach (var letter in await _app.Http.DeadLettersAsync())
            await KeepAsync(_app.Http.DeadLetterAsync(letter.Id));
    }

    private string Pay(string more = "\"title\":\"paid\"") =>
        $$"""{"type":"pay","input":{"card":{"number":"{{_canary}}","holder":"{{_plain}}"},"items":[{"pin":"{{_canary}}"},{"pin":"secret:token"}]},{{more}}}""";

    private async Task<Answer> RunAsync(string body)
    {
        var id = (await KeepAsync(_app.Http.SubmitAsync(body))).Text("id")!;
        return await KeepAsync(_app.Http.EndOfAsync(id));
    }

    private async Task DefineAsync(string name, string definition)
    {
        var answer = await _app.Http.SendAsync(HttpMethod.Put, $"api/task-types/{name}", definition);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{name} was answered with {answer}");
    }

    private async Task<Answer> KeepAsync(Task<Answer> asked)
    {
        var answer = await asked;
        _answers.Add($"{answer.Body.ValueKind} {answer}");
        return answer;
    }

    private bool Sings(string answer) => answer.Contains(_canary, StringComparison.OrdinalIgnoreCase);

    public sealed class Normal() : CanaryTests(PlatformMode.Normal);

    public sealed class Hostile() : CanaryTests(PlatformMode.Hostile);
}
