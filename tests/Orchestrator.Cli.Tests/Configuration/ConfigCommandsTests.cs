using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.Configuration;

public sealed class ConfigCommandsTests : IAsyncLifetime, IDisposable
{
    private const string Config = """
        {
          "settings": [
            { "key": "Orchestrator:Http:MaxBodyBytes", "value": "4259840", "default": "4259840", "source": null, "live": true, "secret": false },
            { "key": "Orchestrator:Storage:Lanes", "value": "2", "default": "1", "source": "environment variable Orchestrator__Storage__Lanes", "live": false, "secret": false },
            { "key": "Orchestrator:Callbacks:SigningKey", "value": null, "default": null, "source": null, "live": true, "secret": true }
          ],
          "host": [ { "key": "host.json:functionTimeout", "value": "00:10:00", "default": null, "source": "host.json", "live": false, "secret": false } ],
          "unknown": [ { "key": "Orchestrator:X", "nearest": null }, { "key": "Orchestrator:Storage:LanesTotal", "nearest": "Orchestrator:Storage:Lanes" } ]
        }
        """;

    private const string Levels = """
        {"levels":[{"category":"default","level":"Information","until":null,"isSet":false},{"category":"Orchestrator","level":"Debug","until":"2026-11-22T12:30:00Z","isSet":true}]}
        """;

    private readonly TestSession _session = new();
    private readonly List<string> _asked = [];
    private FakeTaskApi _api = null!;

    public async Task InitializeAsync() => _api = await FakeTaskApi.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Show_WhatIsSet_ALineEach()
    {
        Answer(Config);

        Assert.Equal(ExitCode.Success, await _session.RunAsync("config", "show", "--url", $"{_api.Address}", "--api-key", "secret"));

        Assert.Equal(
            "Orchestrator:Storage:Lanes  2  environment variable Orchestrator__Storage__Lanes\nhost.json:functionTimeout   00:10:00  host.json\n",
            _session.Out);
        Assert.Equal(
            "Orchestrator:X is no setting and does nothing.\nOrchestrator:Storage:LanesTotal is no setting and does nothing; the nearest is Orchestrator:Storage:Lanes.\n",
            _session.Error);
        Assert.Equal(["GET /api/config secret "], _asked);
    }

    [Fact]
    public async Task Show_All_DefaultsToo()
    {
        Answer(Config);

        Assert.Equal(ExitCode.Success, await _session.RunAsync("config", "show", "--all", "--url", $"{_api.Address}"));

        Assert.Equal(
            """
            Orchestrator:Http:MaxBodyBytes     4259840  default  live
            Orchestrator:Storage:Lanes         2  environment variable Orchestrator__Storage__Lanes
            Orchestrator:Callbacks:SigningKey  (not set)  default  live
            host.json:functionTimeout          00:10:00  host.json

            """.ReplaceLineEndings("\n"),
            _session.Out);
    }

    [Fact]
    public async Task Show_Json_AsTheAppSaysIt()
    {
        Answer(Config);

        Assert.Equal(ExitCode.Success, await _session.RunAsync("config", "show", "--json", "--url", $"{_api.Address}"));

        Assert.StartsWith("{\n  \"settings\": [\n    {\n      \"key\": \"Orchestrator:Http:MaxBodyBytes\",", _session.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_FaultsInTheSettings_AreWrittenWithTheAppsExitCode()
    {
        _session.Apps = new FakeApps(new Uri("http://127.0.0.1:1/")) { Check = (["one"], ["two"], 78) };

        Assert.Equal(78, await _session.RunAsync("config", "check"));

        Assert.Equal(("one\n", "two\n"), (_session.Out, _session.Error));
    }

    [Theory]
    [InlineData("", "GET /api/logging - ")]
    [InlineData("Orchestrator Debug --for PT30M", """PUT /api/logging/Orchestrator - {"level":"Debug","for":"PT30M"}""")]
    [InlineData("Orchestrator Debug", """PUT /api/logging/Orchestrator - {"level":"Debug","for":null}""")]
    [InlineData("Orchestrator", "DELETE /api/logging/Orchestrator - ")]
    public async Task Level_ShownSetAndReset_ShowsAll(string arguments, string asked)
    {
        Answer(Levels);

        Assert.Equal(ExitCode.Success, await _session.RunAsync(["logs", "level", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--url", $"{_api.Address}"]));

        Assert.Equal("Information  default\nDebug        Orchestrator  set until 2026-11-22T12:30:00Z\n", _session.Out);
        Assert.Equal([asked], _asked);
    }

    [Fact]
    public async Task Level_Refused_SaysWhy()
    {
        _api.Intercept = _ => Results.Content("""{"code":"invalid_log_level","detail":"Nothing was changed."}""", "application/problem+json", statusCode: 400);

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("logs", "level", "X", "Loud", "--url", $"{_api.Address}"));

        Assert.Equal("PUT /api/logging/X was answered with 400 invalid_log_level: Nothing was changed.\n", _session.Error);
    }

    private void Answer(string body) => _api.Intercept = request =>
    {
        using var reader = new StreamReader(request.Body);
        _asked.Add($"{request.Method} {request.Path} {(request.Headers.TryGetValue("X-Api-Key", out var key) ? key : "-")} {reader.ReadToEndAsync().GetAwaiter().GetResult()}");
        return Results.Content(body, "application/json");
    };
}
