using System.Text;
using System.Text.Json;
using Orchestrator.Agents.Http;
using Orchestrator.Agents.Outbound;
using Orchestrator.Agents.Tests.Outbound;
using Orchestrator.Agents.Tests.Secrets;
using Orchestrator.Errors;
using Orchestrator.Secrets;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Agents.Tests.Http;

public sealed class HttpCallAgentTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingReporter _reporter = new();
    private readonly WayOut _wayOut;

    public HttpCallAgentTests() => _wayOut = new WayOut(new OutboundOptions { AllowLoopback = true, RequestTimeout = TimeSpan.FromSeconds(45) }, _time);

    public void Dispose() => _wayOut.Dispose();

    [Fact]
    public async Task Run_Call_SendsItAndHandsItsAnswerBack()
    {
        await using var server = await LocalServer.StartAsync(
            new LocalAnswer(201, """{"id":7,"n":1.50}""", "application/json; charset=utf-8", ("X-Kept", "Yes"), ("Set-Cookie", "a=b"), ("X-Long", new string('a', 1025))));

        var output = await RunAsync($$"""{"url":"{{server.Address}}a","method":"POST","headers":{"X-A":"1"},"body":{"b":"é"} }""");

        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/a", "1", "application/json", """{"b":"é"}"""),
            (request.Method, request.Target, request.Headers["X-A"], request.Headers["Content-Type"], Encoding.UTF8.GetString(request.Body)));
        Assert.Equal(201, output.GetProperty("status").GetInt32());
        Assert.Equal("""{"id":7,"n":1.50}""", output.GetProperty("body").GetRawText());
        Assert.Equal(["content-type", "date", "server", "x-kept"], output.GetProperty("headers").EnumerateObject().Select(header => header.Name).Where(name => name != "content-length"));
        Assert.Equal("Yes", output.GetProperty("headers").GetProperty("x-kept").GetString());
    }

    [Theory]
    [InlineData("application/json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("application/problem+json", "[]", "[]")]
    [InlineData("application/json", "no JSON", "\"no JSON\"")]
    [InlineData("text/html", "{\"a\":1}", "\"{\\u0022a\\u0022:1}\"")]
    [InlineData("application/json", "", "null")]
    [InlineData("text/plain; charset=nonsense", "a", "\"a\"")]
    public async Task Run_AnswerBody_IsJsonWhereItIsJson(string type, string body, string expected)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, body, type));

        Assert.Equal(expected, (await RunAsync($$"""{"url":"{{server.Address}}"}""")).GetProperty("body").GetRawText());
    }

    [Fact]
    public async Task Run_AnswerInOtherCharacters_IsReadByThem()
    {
        await using var server = await LocalServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/plain; charset=iso-8859-1";
            await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes("é"));
        });

        Assert.Equal("é", (await RunAsync($$"""{"url":"{{server.Address}}"}""")).GetProperty("body").GetString());
    }

    [Theory]
    [InlineData(404, "[404]")]
    [InlineData(404, "[200,\"4xx\"]")]
    [InlineData(302, "[\"3xx\"]")]
    public async Task Run_StatusExpected_Succeeds(int status, string expected)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(status));

        var output = await RunAsync($$"""{"url":"{{server.Address}}","expect":{"status":{{expected}} } }""");

        Assert.Equal(status, output.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData(302, false)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(409, false)]
    [InlineData(425, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task Run_StatusNotExpected_FailsAndSaysWhetherToTryAgain(int status, bool isRetryable)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(status));

        var failure = await Assert.ThrowsAsync<AgentException>(() => RunAsync($$"""{"url":"{{server.Address}}secret","expect":{"status":["2xx",304]} }"""));

        Assert.Equal(("unexpected_status", isRetryable), (failure.Code, failure.IsRetryable));
        Assert.Equal($"http://127.0.0.1:{server.Port} answered with status {status}; expected was 2xx, 304.", failure.Message);
    }

    [Fact]
    public async Task Run_HostNotAllowed_IsRefused()
    {
        var failure = await Assert.ThrowsAsync<OutboundRefusedException>(() => RunAsync("""{"url":"https://a.example"}"""));

        Assert.False(failure.IsRetryable);
    }

    [Fact]
    public async Task Run_NobodyListens_FailsAndMayBeTriedAgain()
    {
        var failure = await Assert.ThrowsAsync<OutboundFailedException>(() => RunAsync($$"""{"url":"http://localhost:{{FreePort.Next()}}"}"""));

        Assert.True(failure.IsRetryable);
    }

    [Fact]
    public async Task Poll_UntilAStateIsThere_CallsEveryIntervalAndReportsProgress()
    {
        await using var server = await LocalServer.StartAsync(
            new LocalAnswer(200, """{"state":"queued"}"""), new LocalAnswer(200, """{"state":"running"}"""), new LocalAnswer(200, """{"state":"done","result":5}"""));

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"pointer":"/state","in":["done","failed"]},"every":"PT5S"} }""");
        await AdvanceAsync(5);
        await AdvanceAsync(5);

        Assert.Equal(5, (await run).GetProperty("body").GetProperty("result").GetInt32());
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(
            [
                "0 Call 1: status 200, not yet what is waited for; the next one in 00:00:05.",
                "0 Call 2: status 200, not yet what is waited for; the next one in 00:00:05.",
            ],
            _reporter.Said);
    }

    [Fact]
    public async Task Poll_UntilAStatus_TakesItAlsoWhereItIsNotExpectedOtherwise()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200), new LocalAnswer(404));

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"status":[404]},"every":"00:00:02"} }""");
        await AdvanceAsync(2);

        Assert.Equal(404, (await run).GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("\"status\":[200],\"pointer\":\"/n\",\"equals\":1", """{"n":2}""", """{"n":1}""")]
    [InlineData("\"pointer\":\"/n\",\"equals\":{\"a\":[1]}", """{"n":{"a":[]}}""", """{"n":{"a":[1]}}""")]
    [InlineData("\"pointer\":\"/n\",\"in\":[null]", """{"m":null}""", """{"n":null}""")]
    [InlineData("\"pointer\":\"\",\"equals\":\"done\"", "\"doing\"", "\"done\"")]
    public async Task Poll_Condition_IsMetByTheSecondAnswerOnly(string until, string first, string second)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, first), new LocalAnswer(200, second));

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{ {{until}} } } }""");
        await AdvanceAsync(5);

        Assert.Equal(second, (await run).GetProperty("body").GetRawText());
    }

    [Fact]
    public async Task Poll_HostIsBusy_WaitsAsLongAsItAsks()
    {
        await using var server = await LocalServer.StartAsync(
            new LocalAnswer(503, Headers: ("Retry-After", "30")), new LocalAnswer(429, Headers: ("Retry-After", "1")), new LocalAnswer(200));

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"status":[200]},"every":"PT5S"} }""");
        await AdvanceAsync(30);
        await AdvanceAsync(5);

        await run;
        Assert.Equal(["0 Call 1: status 503, not yet what is waited for; the next one in 00:00:30.", "0 Call 2: status 429, not yet what is waited for; the next one in 00:00:05."], _reporter.Said);
    }

    [Fact]
    public async Task Poll_ConnectionBreaksOff_GoesOn()
    {
        var calls = 0;
        await using var server = await LocalServer.StartAsync(context =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                context.Abort();
            return Task.CompletedTask;
        });

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"status":[200]} } }""");
        await AdvanceAsync(5);

        await run;
        Assert.Equal(["0 Call 1: outbound_failed, not yet what is waited for; the next one in 00:00:05."], _reporter.Said);
    }

    [Fact]
    public async Task Poll_StatusThatWillNotGetBetter_FailsForGood()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(403));

        var failure = await Assert.ThrowsAsync<AgentException>(() => RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"status":[200]} } }"""));

        Assert.Equal(("unexpected_status", false), (failure.Code, failure.IsRetryable));
        Assert.Equal($"http://127.0.0.1:{server.Port} answered with status 403; expected was 2xx, 200.", failure.Message);
    }

    [Theory]
    [InlineData(12, null, 3)]
    [InlineData(60, "60", 1)]
    public async Task Poll_DeadlineNears_FailsAndMayBeTriedAgain(int seconds, string? retryAfter, int calls)
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(503, Headers: retryAfter is null ? [] : [("Retry-After", retryAfter)]));

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"status":[200]},"every":"PT5S"} }""", _time.GetUtcNow().AddSeconds(seconds));
        for (var i = 1; i < calls; i++)
            await AdvanceAsync(5);

        var failure = await Assert.ThrowsAsync<AgentException>(() => run);
        Assert.Equal(("poll_not_done", true), (failure.Code, failure.IsRetryable));
        Assert.Equal(
            $"http://127.0.0.1:{server.Port} was called {calls} times and did not answer what is waited for by the attempt's deadline; last seen: status 503.",
            failure.Message);
    }

    [Fact]
    public async Task Poll_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200));

        var run = RunAsync($$"""{"url":"{{server.Address}}","poll":{"until":{"status":[404]} } }""", cancellationToken: cancellation.Token);
        await Eventually.TrueAsync(() => _time.NextDue == TimeSpan.FromSeconds(5), "the agent waits for its next call");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task Run_References_AreReplacedByTheirSecretsForTheCallAlone()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, "{}"));

        await RunAsync($$"""
            {"url":"{{server.Address}}a?key=secret%3Akey&b=secret:key&c=xsecret:key#d","method":"POST","headers":{"Authorization":"Bearer secret:token","X-Other":"secret: key"},
             "body":{"a":["secret:key",1.50],"secret:key":"x secret:key"} }
            """);

        var request = Assert.Single(server.Requests);
        Assert.Equal("/a?key=k%26%2B%C3%A9%20y&b=k%26%2B%C3%A9%20y&c=xsecret:key", request.Target);
        Assert.Equal("Bearer token \"1\"", request.Headers["Authorization"]);
        Assert.Equal("secret: key", request.Headers["X-Other"]);
        Assert.Equal("""{"a":["k\u0026\u002B\u00E9 y",1.50],"secret:key":"x secret:key"}""", Encoding.UTF8.GetString(request.Body));
    }

    [Fact]
    public async Task Run_TextBodyIsAReference_IsTheSecret()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, "{}"));

        await RunAsync($$"""{"url":"{{server.Address}}","method":"POST","body":"secret:key"}""");

        Assert.Equal("k&+é y", Encoding.UTF8.GetString(Assert.Single(server.Requests).Body));
    }

    [Fact]
    public async Task Run_NoSuchSecret_FailsForGoodBeforeAnythingIsSent()
    {
        await using var server = await LocalServer.StartAsync(new LocalAnswer(200, "{}"));

        var failure = await Assert.ThrowsAsync<SecretMissingException>(() => RunAsync($$"""{"url":"{{server.Address}}?a=secret:none"}"""));

        Assert.Equal(("secret_missing", false, "none"), (failure.Code, failure.IsRetryable, failure.Name));
        Assert.Empty(server.Requests);
    }

    /// <summary>A call under way has a timer too, of 45 s, so the agent's is told by its length.</summary>
    private async Task AdvanceAsync(int seconds)
    {
        await Eventually.TrueAsync(() => _time.NextDue == TimeSpan.FromSeconds(seconds), "the agent waits for its next call");
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    private async Task<JsonElement> RunAsync(string input, DateTimeOffset? deadline = null, CancellationToken cancellationToken = default)
    {
        using var document = JsonDocument.Parse(input);
        var context = new AgentContext(
            TaskId.Parse("01J0000000000000000000000G"), "http", 1, document.RootElement.Clone(), deadline ?? DateTimeOffset.MaxValue, _reporter)
        {
            Secrets = new AttemptSecrets(new MemorySecrets { ["token"] = "token \"1\"", ["key"] = "k&+é y" }),
        };
        var result = await new HttpCallAgent(_wayOut.Http, _time).RunAsync(context, cancellationToken);
        return JsonSerializer.Deserialize<JsonElement>(result.Output);
    }
}
