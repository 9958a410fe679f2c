using Microsoft.AspNetCore.Http;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Cli.Tests.Keys;

public sealed class KeyCommandsTests : IAsyncLifetime, IDisposable
{
    private const string Key = """{"id":"0123456789abcdef","name":"robot","role":"Operator","state":"Active","expiresAt":"2026-11-24T10:00:00Z","lastUsedAt":null,"revokedAt":"2026-11-22T11:00:00Z"}""";

    private readonly TestSession _session = new() { Time = new ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)) };
    private readonly List<string> _asked = [];
    private FakeTaskApi _api = null!;

    public async Task InitializeAsync() => _api = await FakeTaskApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task List_Keys_ALineEach()
    {
        Answer($$"""{"keys":[{{Key}}]}""");

        Assert.Equal(ExitCode.Success, await RunAsync("list", "--api-key", "secret"));

        Assert.Equal("0123456789abcdef  Active   Operator  used never                         expires 2026-11-24T10:00:00Z  robot\n", _session.Out);
        Assert.Equal(["GET /api/keys secret "], _asked);
    }

    [Fact]
    public async Task List_NoKeys_SaysSoOutsideOfStandardOutput()
    {
        Answer("""{"keys":[]}""");

        Assert.Equal(ExitCode.Success, await RunAsync("list"));

        Assert.Equal("", _session.Out);
        Assert.Equal("There are no API keys but those in the settings, if any; 'orchestrator keys create' makes one.\n", _session.Error);
    }

    [Fact]
    public async Task Create_Key_StandardOutputIsTheKeyAlone()
    {
        Answer(Key.Replace("\"id\"", "\"key\":\"ork_x\",\"id\"", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Success, await RunAsync("create", "robot", "--role", "Operator", "--days", "2"));

        Assert.Equal("ork_x\n", _session.Out);
        Assert.Equal("Key 0123456789abcdef for robot, Operator. Keep it now: it is shown this once.\n", _session.Error);
        Assert.Equal(["""POST /api/keys - {"name":"robot","role":"Operator","expiresAt":"2026-11-24T10:00:00Z"}"""], _asked);
    }

    [Fact]
    public async Task Create_NothingButAName_AViewerForEver()
    {
        Answer(Key.Replace("\"id\"", "\"key\":\"ork_x\",\"id\"", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Success, await RunAsync("create", "eve"));

        Assert.Equal(["""POST /api/keys - {"name":"eve","role":"Viewer","expiresAt":null}"""], _asked);
    }

    [Theory]
    [InlineData("create", "eve", "--role", "Boss")]
    [InlineData("create", "eve", "--days", "0")]
    [InlineData("create", "eve", "--days", "3651")]
    [InlineData("create")]
    [InlineData("revoke")]
    public async Task Any_BadArguments_NothingIsAsked(params string[] args)
    {
        Assert.Equal(ExitCode.Failure, await RunAsync(args));

        Assert.Empty(_asked);
    }

    [Theory]
    [InlineData("", "revoke", "0123456789abcdef")]
    [InlineData("?force=true", "revoke", "0123456789abcdef", "--force")]
    public async Task Revoke_Key_SaysWhen(string query, params string[] args)
    {
        Answer(Key);

        Assert.Equal(ExitCode.Success, await RunAsync(args));

        Assert.Equal("Revoked 0123456789abcdef of robot at 2026-11-22T11:00:00Z.\n", _session.Out);
        Assert.Equal([$"DELETE /api/keys/0123456789abcdef{query} - "], _asked);
    }

    [Fact]
    public async Task List_Refused_SaysWhyAndFails()
    {
        _api.Intercept = _ => Results.Content("""{"code":"unauthorized","detail":"Send a valid API key in the header X-Api-Key."}""", "application/problem+json", statusCode: 401);

        Assert.Equal(ExitCode.Failure, await RunAsync("list"));

        Assert.Equal("GET /api/keys was answered with 401 unauthorized: Send a valid API key in the header X-Api-Key.\n", _session.Error);
    }

    private void Answer(string body) => _api.Intercept = request =>
    {
        using var reader = new StreamReader(request.Body);
        var key = request.Headers["X-Api-Key"].ToString();
        _asked.Add($"{request.Method} {request.Path}{request.QueryString} {(key.Length > 0 ? key : "-")} {reader.ReadToEndAsync().GetAwaiter().GetResult()}");
        return Results.Content(body, "application/json");
    };

    private Task<int> RunAsync(params string[] args) => _session.RunAsync(["keys", .. args, "--url", _api.Address.ToString()]);
}
