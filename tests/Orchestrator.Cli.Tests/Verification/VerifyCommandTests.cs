using System.Text.Json;

namespace Orchestrator.Cli.Tests.Verification;

public sealed class VerifyCommandTests : IAsyncLifetime
{
    private readonly TestSession _session = new();
    private readonly List<(string Query, string? Key)> _asked = [];
    private readonly Queue<string> _answers = new();
    private FakeTaskApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeTaskApi.StartAsync();
        _api.Intercept = request =>
        {
            Assert.Equal(("POST", "/api/storage/verify"), (request.Method, request.Path.Value));
            _asked.Add(($"{request.QueryString}", request.Headers["X-Api-Key"]));
            return FakeTaskApi.Answer(200, _answers.Dequeue());
        };
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _session.Dispose();
    }

    [Fact]
    public async Task Verify_NothingWrong_SaysSoThroughAllStretches()
    {
        Answer("a b", 100, 1_300);
        Answer(token: null, 20, 260);

        Assert.Equal(ExitCode.Success, await RunAsync("--api-key", "secret"));

        Assert.Equal([("?repair=false", "secret"), ("?repair=false&continuationToken=a%20b", "secret")], _asked);
        Assert.Equal("120 tasks and 1560 rows checked: 0 findings.\n", _session.Out);
        Assert.Equal("100 tasks, 1300 rows checked, 0 findings; at Tasks20261122s4 14\n", _session.Error);
    }

    [Fact]
    public async Task Verify_Findings_PrintedAndFails()
    {
        Answer(token: null, 1, 13, ("index_missing", "NotAsked"));

        Assert.Equal(ExitCode.Failure, await RunAsync());

        Assert.Equal("index_missing T1: It is wrong.\n    Tasks / 14 / y!\n1 tasks and 13 rows checked: 1 findings.\n", _session.Out);
    }

    [Fact]
    public async Task Verify_AllRepaired_Succeeds()
    {
        Answer(token: null, 1, 13, ("index_missing", "Repaired"));

        Assert.Equal(ExitCode.Success, await RunAsync("--repair"));

        Assert.Equal("?repair=true", Assert.Single(_asked).Query);
        Assert.Equal("index_missing T1: It is wrong. Repaired.\n    Tasks / 14 / y!\n1 tasks and 13 rows checked: 1 findings, 1 of them repaired.\n", _session.Out);
    }

    [Theory]
    [InlineData("Changed", "It has changed meanwhile and was left alone.")]
    [InlineData("NotRepairable", "It cannot be repaired.")]
    public async Task Verify_NotAllRepaired_Fails(string repair, string said)
    {
        Answer(token: null, 1, 13, ("events_gap", repair));

        Assert.Equal(ExitCode.Failure, await RunAsync("--repair"));

        Assert.Contains($"events_gap T1: It is wrong. {said}\n", _session.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_Json_IsTheReportAlone()
    {
        Answer("next", 1, 13, ("index_missing", "NotAsked"));
        Answer(token: null, 2, 26);

        Assert.Equal(ExitCode.Failure, await RunAsync("--json"));

        var report = JsonSerializer.Deserialize<JsonElement>(_session.Out);
        Assert.Equal((3, 39, false), (report.GetProperty("tasks").GetInt32(), report.GetProperty("rows").GetInt32(), report.GetProperty("isClean").GetBoolean()));
        var finding = Assert.Single(report.GetProperty("findings").EnumerateArray());
        Assert.Equal(
            ["code", "message", "table", "partition", "rowKey", "taskId", "repair"], finding.EnumerateObject().Select(property => property.Name));
        Assert.Equal("index_missing", finding.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Verify_Refused_SaysWhy()
    {
        _api.Intercept = _ => FakeTaskApi.Answer(403, """{"title":"Not allowed","status":403,"code":"forbidden","detail":"An administrator may."}""", "application/problem+json");

        Assert.Equal(ExitCode.Failure, await RunAsync());

        Assert.Equal("POST /api/storage/verify was answered with 403 forbidden: An administrator may.\n", _session.Error);
    }

    [Fact]
    public async Task Verify_UrlIsNone_Refused()
    {
        Assert.Equal(ExitCode.Failure, await _session.RunAsync("storage", "verify", "--url", "nowhere"));
        Assert.Contains("--url is nowhere; it must be an address such as https://example.com/.", _session.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] more) => _session.RunAsync(["storage", "verify", "--url", $"{_api.Address}", .. more]);

    private void Answer(string? token, int tasks, int rows, params (string Code, string Repair)[] findings) => _answers.Enqueue(JsonSerializer.Serialize(new
    {
        findings = findings.Select(finding => new { code = finding.Code, message = "It is wrong.", table = "Tasks", partition = "14", rowKey = "y!", taskId = "T1", repair = finding.Repair }),
        continuationToken = token,
        position = "Tasks20261122s4 14",
        tasks,
        rows,
    }));
}
