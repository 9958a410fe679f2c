using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.Audit;

public sealed class AuditCommandTests : IAsyncLifetime, IDisposable
{
    private const string Done = """{"at":"2026-11-22T10:00:00Z","actor":"key:1","actorName":"robot","method":"POST","route":"tasks/{id}/cancel","target":"T1","outcome":"Done","status":202,"changes":[{"field":"state","before":"Queued","after":"Cancelled"},{"field":"x","before":null,"after":null}]}""";
    private const string Begun = """{"at":"2026-11-22T09:00:00Z","actor":"local","actorName":"local","method":"DELETE","route":"keys/{id}","target":"1","outcome":"Begun","status":null,"changes":[]}""";

    private readonly TestSession _session = new();
    private readonly List<string> _asked = [];
    private FakeTaskApi _api = null!;

    public async Task InitializeAsync() => _api = await FakeTaskApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Audit_SeveralPages_ALineEachUpToTheLimit()
    {
        Answer();

        Assert.Equal(ExitCode.Success, await RunAsync("--actor", "robot", "--target", "T1", "--from", "2026-11-22T00:00:00Z", "--limit", "2"));

        Assert.Equal(
            "2026-11-22T10:00:00Z  robot (key:1)  POST tasks/{id}/cancel  T1  Done 202  state: Queued → Cancelled, x: - → -\n2026-11-22T09:00:00Z  local (local)  DELETE keys/{id}  1  Begun -\n",
            _session.Out);
        Assert.Equal("There are more; ask for more than 2 with --limit.\n", _session.Error);
        Assert.Equal(
            ["?actor=robot&target=T1&from=2026-11-22T00%3A00%3A00Z&pageSize=2", "?actor=robot&target=T1&from=2026-11-22T00%3A00%3A00Z&pageSize=1&continuationToken=t%2B"],
            _asked);
    }

    [Theory]
    [InlineData("There are no entries.\n")]
    [InlineData("There are no entries that match.\n", "--actor", "nobody")]
    public async Task Audit_NoEntries_SaysSoOutsideOfStandardOutput(string said, params string[] filter)
    {
        _api.Intercept = _ => FakeTaskApi.Answer(200, """{"entries":[],"continuationToken":null}""", "application/json");

        Assert.Equal(ExitCode.Success, await RunAsync(filter));

        Assert.Equal(("", said), (_session.Out, _session.Error));
    }

    [Fact]
    public async Task Audit_AsJson_ALineOfJsonEach()
    {
        Answer();

        Assert.Equal(ExitCode.Success, await RunAsync("--json", "--limit", "1"));

        Assert.Equal(Done + "\n", _session.Out);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("100001")]
    public async Task Audit_BadLimit_NothingIsAsked(string limit)
    {
        Answer();

        Assert.Equal(ExitCode.Failure, await RunAsync("--limit", limit));

        Assert.Empty(_asked);
    }

    private void Answer() => _api.Intercept = request =>
    {
        _asked.Add(request.QueryString.ToString());
        return Results.Content(
            request.Query.ContainsKey("continuationToken") ? $$"""{"entries":[{{Begun}}],"continuationToken":"more"}""" : $$"""{"entries":[{{Done}}],"continuationToken":"t+"}""", "application/json");
    };

    private Task<int> RunAsync(params string[] args) => _session.RunAsync(["audit", .. args, "--url", _api.Address.ToString()]);
}
