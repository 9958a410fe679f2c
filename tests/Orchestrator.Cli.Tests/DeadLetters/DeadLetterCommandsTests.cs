using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.DeadLetters;

public sealed class DeadLetterCommandsTests : IAsyncLifetime, IDisposable
{
    private const string Letter = """{"id":"a1","state":"Dead","deadAt":"2026-11-22T10:00:00Z","source":"queue:tasks","code":"invalid_task","preview":"{type: 1}"}""";

    private readonly TestSession _session = new();
    private readonly List<string> _asked = [];
    private FakeTaskApi _api = null!;

    public async Task InitializeAsync() => _api = await FakeTaskApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task List_SeveralPages_ALineEachUpToTheLimit()
    {
        Answer(request => request.Query.ContainsKey("continuationToken")
            ? $$"""{"deadLetters":[{{Letter.Replace("a1", "a3", StringComparison.Ordinal)}}],"continuationToken":"more"}"""
            : $$"""{"deadLetters":[{{Letter}},{{Letter.Replace("a1", "a2", StringComparison.Ordinal)}}],"continuationToken":"t+"}""");

        Assert.Equal(ExitCode.Success, await RunAsync("list", "--source", "queue:tasks", "--limit", "3"));

        Assert.Equal(
            string.Concat(Enumerable.Range(1, 3).Select(i => string.Create(CultureInfo.InvariantCulture, $"a{i}  Dead      2026-11-22T10:00:00Z  queue:tasks  invalid_task  {{type: 1}}\n"))),
            _session.Out);
        Assert.Equal("There are more; ask for more than 3 with --limit.\n", _session.Error);
        Assert.Equal(["GET /api/dead-letters?source=queue%3Atasks&pageSize=3 -", "GET /api/dead-letters?source=queue%3Atasks&pageSize=1&continuationToken=t%2B -"], _asked);
    }

    [Theory]
    [InlineData("There are no dead letters.\n")]
    [InlineData("There are no dead letters of that source and code.\n", "--code", "invalid_task")]
    public async Task List_NoLetters_SaysSoOutsideOfStandardOutput(string said, params string[] filter)
    {
        Answer(_ => """{"deadLetters":[],"continuationToken":null}""");

        Assert.Equal(ExitCode.Success, await RunAsync(["list", .. filter]));

        Assert.Equal(("", said), (_session.Out, _session.Error));
    }

    [Fact]
    public async Task Show_Letter_AsJson()
    {
        Answer(_ => """{"id":"a1","body":"ü"}""");

        Assert.Equal(ExitCode.Success, await RunAsync("show", "a1", "--api-key", "secret"));

        Assert.Equal("{\n  \"id\": \"a1\",\n  \"body\": \"ü\"\n}\n", _session.Out.ReplaceLineEndings("\n"));
        Assert.Equal(["GET /api/dead-letters/a1 secret"], _asked);
    }

    [Fact]
    public async Task Show_NoSuchLetter_SaysSoAndFails()
    {
        _api.Intercept = _ => Results.Content("""{"code":"dead_letter_not_found","detail":"No dead letter has the id 'a/1'."}""", "application/problem+json", statusCode: 404);

        Assert.Equal(ExitCode.Failure, await RunAsync("show", "a/1"));

        Assert.Equal("GET /api/dead-letters/a%2F1 was answered with 404 dead_letter_not_found: No dead letter has the id 'a/1'.\n", _session.Error);
    }

    [Fact]
    public async Task Show_SomethingElseAnswers_SaysSoAndFails()
    {
        _api.Intercept = _ => Results.Content("<html>", "text/html", statusCode: 502);

        Assert.Equal(ExitCode.Failure, await RunAsync("show", "a1"));

        Assert.Equal("GET /api/dead-letters/a1 was answered with 502 BadGateway.\n", _session.Error);
    }

    [Fact]
    public async Task Redrive_Submitted_TheTask()
    {
        Answer(_ => """{"redrive":{"outcome":"Submitted","taskId":"T1","errors":[]}}""");
        var file = _session.Write("body.json", """{"type":"noop"}""");

        Assert.Equal(ExitCode.Success, await RunAsync("redrive", "a1", "--body", file));

        Assert.Equal("Submitted: task T1\n", _session.Out);
        Assert.Equal(["""POST /api/dead-letters/a1/redrive - {"body":"{\u0022type\u0022:\u0022noop\u0022}"}"""], _asked);
    }

    [Fact]
    public async Task Redrive_StillDead_WhyAndFailure()
    {
        Answer(_ => """{"redrive":{"outcome":"Refused","taskId":null,"code":"invalid_task","reason":"No.","errors":[{"pointer":"/type","message":"Unknown."}]}}""");

        Assert.Equal(ExitCode.Failure, await RunAsync("redrive", "a1"));

        Assert.Equal("Refused: invalid_task: No.\n  /type: Unknown.\n", _session.Out);
        Assert.Equal(["POST /api/dead-letters/a1/redrive -"], _asked);
    }

    [Fact]
    public async Task Redrive_NoSuchFile_NothingIsAsked()
    {
        Assert.Equal(ExitCode.Failure, await RunAsync("redrive", "a1", "--body", "/no/such/file"));

        Assert.StartsWith("The body cannot be read from /no/such/file: ", _session.Error, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Discard_Several_Each()
    {
        _api.Intercept = request =>
        {
            _asked.Add($"{request.Method} {request.Path}");
            return Results.NoContent();
        };

        Assert.Equal(ExitCode.Success, await RunAsync("discard", "a1", "a2"));

        Assert.Equal("Discarded a1.\nDiscarded a2.\n", _session.Out);
        Assert.Equal(["DELETE /api/dead-letters/a1", "DELETE /api/dead-letters/a2"], _asked);
    }

    [Theory]
    [InlineData("--limit is 0; it must be 1 to 10000.", "list", "--limit", "0")]
    [InlineData("--url is x; it must be an address such as https://example.com/.", "list", "--url", "x")]
    [InlineData("Required argument missing for command: 'show'.", "show")]
    public async Task Parse_WrongInput_NamesItAndFails(string expected, params string[] args)
    {
        Assert.Equal(ExitCode.Failure, await _session.RunAsync(["dead-letters", .. args]));

        Assert.Contains(expected, _session.Error, StringComparison.Ordinal);
    }

    private void Answer(Func<HttpRequest, string> answer) => _api.Intercept = request =>
    {
        using var body = new StreamReader(request.Body);
        var text = body.ReadToEndAsync().GetAwaiter().GetResult();
        _asked.Add($"{request.Method} {request.Path}{request.QueryString} {request.Headers["X-Api-Key"].FirstOrDefault() ?? "-"} {text}".TrimEnd());
        return Results.Content(answer(request), "application/json");
    };

    private Task<int> RunAsync(params string[] args) => _session.RunAsync(["dead-letters", .. args, "--url", _api.Address.ToString()]);
}
