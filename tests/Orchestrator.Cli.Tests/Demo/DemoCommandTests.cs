using System.Text.Json.Nodes;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Demo;

public sealed class DemoCommandTests : IAsyncLifetime
{
    private readonly TestSession _session = new();
    private FakeTaskApi _api = null!;
    private FakeApps _apps = null!;

    public async Task InitializeAsync()
    {
        _api = await FakeTaskApi.StartAsync();
        _api.Work = Work;
        _session.Apps = _apps = new FakeApps(_api.Address);
        _session.Write("README.md");
        _session.Write("docs/a.md");
    }

    public async Task DisposeAsync()
    {
        _session.Dispose();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Demo_EverythingSucceeds_PrintsTasksSummaryAndReport()
    {
        var exitCode = await _session.RunAsync("demo");

        var report = Path.Combine(_session.Repository.ArtifactsFolder, "demo-report.md");
        Assert.Equal("", _session.Error);
        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Equal(1, _apps.Stops);
        var lines = _session.Out.Split('\n');
        Assert.Equal(
            [
                "Function app: fake",
                $"Running    files.list       {_session.Repository.Path}",
                $"Succeeded  files.list       {_session.Repository.Path}  0.25 s",
            ],
            lines[..3]);
        Assert.Equal(
            [
                "Running    text.digest      README.md",
                "Running    text.digest      docs/a.md",
                "Succeeded  text.digest      README.md  0.25 s",
                "Succeeded  text.digest      docs/a.md  0.25 s",
            ],
            lines[3..7].Order(StringComparer.Ordinal));
        Assert.Equal(
            $"""
            Running    report.markdown  {report}
            Succeeded  report.markdown  {report}  0.25 s

            +---------------------------------------------------------------------------+
            | Task type       | Tasks | Succeeded | Failed | Median time | Longest time |
            |-----------------+-------+-----------+--------+-------------+--------------|
            | files.list      |     1 |         1 |      0 |      0.25 s |       0.25 s |
            | text.digest     |     2 |         2 |      0 |      0.25 s |       0.25 s |
            | report.markdown |     1 |         1 |      0 |      0.25 s |       0.25 s |
            +---------------------------------------------------------------------------+
            Report: {report}

            """,
            string.Join('\n', lines[7..].Select(line => line.TrimEnd())));
    }

    [Fact]
    public async Task Demo_Defaults_SubmitsTheProjectsOwnTexts()
    {
        await _session.RunAsync("demo");

        var folder = _session.Repository.Path;
        var submitted = _api.Submitted.ToList();
        Assert.Equal("files.list", submitted[0].Type);
        Assert.Equal($$"""{"folder":"{{folder}}","pattern":"*.md","limit":200,"paths":["README.md","docs"]}""", submitted[0].Input.ToJsonString());
        Assert.Equal(
            [$$"""{"folder":"{{folder}}","path":"README.md"}""", $$"""{"folder":"{{folder}}","path":"docs/a.md"}"""],
            submitted[1..3].Select(task => task.Input.ToJsonString()).Order(StringComparer.Ordinal));
        Assert.Equal(
            $$"""{"title":"Texts of {{folder}}","digests":[{"path":"README.md"},{"path":"docs/a.md"}],"writeTo":"{{folder}}/artifacts/demo-report.md"}""",
            submitted[3].Input.ToJsonString());
        var request = Assert.Single(_apps.Requests);
        Assert.Equal(("demo", null), (request.Name, request.Port));
        Assert.Equal([folder], request.ReadFolders);
        Assert.Equal([_session.Repository.ArtifactsFolder], request.WriteFolders);
    }

    [Fact]
    public async Task Demo_Options_AreHeeded()
    {
        var folder = Path.Combine(_session.Repository.Path, "docs");

        var exitCode = await _session.RunAsync(
            "demo", "--folder", folder, "--pattern", "*.rst", "--port", "8123", "--max-files", "7", "--output", Path.Combine(folder, "out", "r.md"));

        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Equal($$"""{"folder":"{{folder}}","pattern":"*.rst","limit":7}""", _api.Submitted.First().Input.ToJsonString());
        Assert.Equal($"{folder}/out/r.md", (string?)_api.Submitted.Last().Input["writeTo"]);
        var request = Assert.Single(_apps.Requests);
        Assert.Equal(8123, request.Port);
        Assert.Equal([folder], request.ReadFolders);
        Assert.Equal([Path.Combine(folder, "out")], request.WriteFolders);
        Assert.Contains("9 files match; the first 2 were digested (--max-files).", _session.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_ATaskFails_ReportsTheRestAndFails()
    {
        _api.Work = (type, input) => type == "text.digest" && (string?)input["path"] == "docs/a.md" ? throw new InvalidOperationException("not a text") : Work(type, input);

        var exitCode = await _session.RunAsync("demo");

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.Equal("text.digest docs/a.md: agent_error: not a text\n", _session.Error);
        Assert.Contains("Failed     text.digest      docs/a.md  0.25 s  agent_error: not a text\n", _session.Out, StringComparison.Ordinal);
        Assert.Equal("""[{"path":"README.md"}]""", _api.Submitted.Last().Input["digests"]!.ToJsonString());
        Assert.Equal(1, _apps.Stops);
    }

    [Fact]
    public async Task Demo_AllDigestsFail_MakesNoReportAndFails()
    {
        _api.Work = (type, input) => type == "text.digest" ? throw new InvalidOperationException("no") : Work(type, input);

        var exitCode = await _session.RunAsync("demo");

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.DoesNotContain("Report:", _session.Out, StringComparison.Ordinal);
        Assert.Equal("text.digest README.md: agent_error: no\ntext.digest docs/a.md: agent_error: no\n", _session.Error);
    }

    [Fact]
    public async Task Demo_ListFails_Fails()
    {
        _api.Work = (_, _) => throw new InvalidOperationException("no");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("demo"));
        Assert.Equal($"files.list {_session.Repository.Path}: agent_error: no\n", _session.Error);
    }

    [Fact]
    public async Task Demo_NothingMatches_SaysWhatToDo()
    {
        _api.Work = (_, _) => new JsonObject { ["files"] = new JsonArray(), ["matching"] = 0 };

        var exitCode = await _session.RunAsync("demo", "--pattern", "*.rst");

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.Equal($"No file of {_session.Repository.Path} matches '*.rst': give another --folder or --pattern.\n", _session.Error);
        Assert.Equal(1, _apps.Stops);
    }

    [Fact]
    public async Task Demo_TaskRefused_SaysWhy()
    {
        _api.Intercept = _ => FakeTaskApi.Answer(400, """{"code":"invalid_task","detail":"Unknown type."}""", "application/problem+json");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("demo"));
        Assert.Equal("POST /api/tasks was answered with 400 invalid_task: Unknown type.\n", _session.Error);
    }

    [Fact]
    public async Task Demo_AnswerMakesNoSense_SaysSo()
    {
        _api.Intercept = _ => FakeTaskApi.Answer(202, "null");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("demo"));
        Assert.Equal("The function app's answer could not be understood: POST /api/tasks was answered with null.\n", _session.Error);
    }

    [Fact]
    public async Task Demo_AppEndsMeanwhile_SaysWhy()
    {
        _api.Intercept = request =>
        {
            _apps.Ended.TrySetResult("The function app ended with exit code 134: out of memory");
            return null;
        };
        _api.Work = (_, _) => throw new InvalidOperationException("still at it");
        _session.Time = new ManualTimeProvider();

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("demo").WithinLimitAsync("the demo notices that its app is gone"));
        Assert.Equal("The function app ended with exit code 134: out of memory\n", _session.Error);
        Assert.Equal(1, _apps.Stops);
    }

    [Fact]
    public async Task Demo_Interrupted_StopsTheApp()
    {
        _api.Intercept = request =>
        {
            if (request.Method == "GET")
                _session.Signals.Raise();
            return null;
        };

        Assert.Equal(ExitCode.Interrupted, await _session.RunAsync("demo").WithinLimitAsync("the demo heeds the signal"));
        Assert.StartsWith("Stopping\n", _session.Error, StringComparison.Ordinal);
        Assert.Equal(1, _apps.Stops);
    }

    [Fact]
    public async Task Demo_MissingFolder_StartsNothing()
    {
        var missing = Path.Combine(_session.Repository.Path, "missing");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("demo", "--folder", missing));
        Assert.Equal($"Folder {missing} does not exist: give --folder a folder with texts to digest.\n", _session.Error);
        Assert.Empty(_apps.Requests);
    }

    [Fact]
    public async Task Demo_OutputIsAFolder_StartsNothing()
    {
        Assert.Equal(ExitCode.Failure, await _session.RunAsync("demo", "--output", _session.Repository.Path));
        Assert.Equal($"{_session.Repository.Path} is a folder: give --output the path of a file.\n", _session.Error);
        Assert.Empty(_apps.Requests);
    }

    [Fact]
    public async Task Demo_ProjectWithoutTexts_StartsNothing()
    {
        using var empty = new TestSession();

        Assert.Equal(ExitCode.Failure, await empty.RunAsync("demo"));
        Assert.Equal($"{empty.Repository.Path} has neither README.md nor docs: give --folder a folder with texts to digest.\n", empty.Error);
    }

    [Fact]
    public async Task Demo_ManyFiles_AllAreWatchedToTheirEnd()
    {
        const int count = 100;
        _api.Work = (type, input) => type == "files.list"
            ? List("/x", [.. Enumerable.Range(0, count).Select(i => $"{i:D3}.md")], count)
            : Work(type, input);

        Assert.Equal(ExitCode.Success, await _session.RunAsync("demo"));
        Assert.Equal(count, _session.Out.Split('\n').Count(line => line.StartsWith("Succeeded  text.digest", StringComparison.Ordinal)));
        Assert.Equal(count, _api.Submitted.Last().Input["digests"]!.AsArray().Count);
    }

    private static JsonObject Work(string type, JsonNode input) => type switch
    {
        "files.list" => List((string)input["folder"]!, ["README.md", "docs/a.md"], (int)input["limit"]! == 7 ? 9 : 2),
        "text.digest" => new JsonObject { ["path"] = (string?)input["path"] },
        _ => new JsonObject { ["path"] = (string?)input["writeTo"] },
    };

    private static JsonObject List(string folder, string[] paths, int matching) => new()
    {
        ["files"] = new JsonArray([.. paths.Select(path => new JsonObject { ["folder"] = folder, ["path"] = path, ["bytes"] = 1 })]),
        ["matching"] = matching,
    };
}
