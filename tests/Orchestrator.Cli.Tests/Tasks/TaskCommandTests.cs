using Microsoft.AspNetCore.Http;

namespace Orchestrator.Cli.Tests.Tasks;

public sealed class TaskCommandTests : IDisposable
{
    private const string Export = """
        {"format":"orchestrator.task","formatVersion":1,"exportedAt":"2026-11-22T12:00:00Z","definition":null,
         "task":{"id":"01A","type":"shop.order","typeVersion":3,"title":"An \u001b[31morder","state":"Failed","priority":5,"tags":["shop","a/b"],"input":{"n":1},"output":null,
          "error":{"code":"boom","message":"It broke."},"name":"order 7","parent":"01P","correlationId":"c","submittedBy":"key:01","rerunOf":"01R",
          "createdAt":"2026-11-22T10:00:00Z","startedAt":"2026-11-22T10:00:01.5Z","finishedAt":"2026-11-22T10:05:00Z","later":{"field":1}},
         "attempts":[{"attempt":1,"state":"Failed","agent":"shop","takeOvers":2,"error":{"code":"boom","message":"It\nbroke."},"startedAt":"2026-11-22T10:00:01.5Z","endedAt":"2026-11-22T10:00:03Z",
           "progress":{"percent":50,"text":"half"},"log":[{"at":"2026-11-22T10:00:02Z","level":"Warning","text":"odd"}]},
          {"attempt":2,"state":"Running","agent":null,"takeOvers":0,"error":null,"startedAt":"2026-11-22T10:00:04Z","endedAt":null,"progress":{"percent":null,"text":null},"log":null}],
         "events":[{"number":1,"type":"Submitted","at":"2026-11-22T10:00:00Z","attempt":null,"detail":null},{"number":2,"type":"Started","at":"2026-11-22T10:00:01.5Z","attempt":1,"detail":{"agent":"shop"}}],
         "children":[{"definition":null,"task":{"id":"01B","type":"noop","state":"Succeeded","createdAt":"2026-11-22T10:00:00Z","output":"LONG"},"attempts":[],"events":[],"children":[],"otherChildren":[],"hasMoreChildren":false}],
         "otherChildren":["01C"],"hasMoreChildren":true}
        """;

    private readonly TestSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Show_File_PrintsAllOfIt()
    {
        var path = _session.Write("task.json", Export.Replace("LONG", new string('x', 3_000), StringComparison.Ordinal));

        Assert.Equal(ExitCode.Success, await _session.RunAsync("task", "show", path));

        Assert.Equal(
            $$"""
            01A  Failed  shop.order v3  "An  [31morder"
              Submitted  2026-11-22 10:00:00.000Z  by key:01
              Started    2026-11-22 10:00:01.500Z  after 1.50 s
              Finished   2026-11-22 10:05:00.000Z  after 5 min
              Name       order 7
              Tags       shop, a/b
              Parent     01P
              Related    c
              Again      01R
              Error      boom: It broke.
              Input      {"n":1}
              Attempt 1  Failed, 1.50 s  shop, taken over 2 times
                50 %  half
                boom: It broke.
                10:00:02.000 Warning     odd
              Attempt 2  Running
                ? %
              Events
                   1  10:00:00.000  +0.00 s    Submitted
                   2  10:00:01.500  +1.50 s    Started (attempt 1)  {"agent":"shop"}
              Children (2 and more)
                01B  Succeeded  noop v0
                  Submitted  2026-11-22 10:00:00.000Z
                  Output     "{{new string('x', 1_999)}}… (3002 characters)
                  Events
                01C  (not in this file)

            """,
            _session.Out.Replace("\r", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("task", "show")]
    [InlineData("task", "show", "-")]
    public async Task Show_StandardInput_PrintsIt(params string[] args)
    {
        _session.Input = Export;

        Assert.Equal(ExitCode.Success, await _session.RunAsync(args));
        Assert.StartsWith("01A  Failed", _session.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Standard input is no exported task: ")]
    [InlineData("[1]", "Standard input is no exported task: ")]
    [InlineData("null", "Standard input is JSON, but no exported task: its 'format' is missing, not 'orchestrator.task'. Make one with: orchestrator task export ID")]
    [InlineData("""{"format":"other"}""", "Standard input is JSON, but no exported task: its 'format' is 'other', not 'orchestrator.task'. Make one with: orchestrator task export ID")]
    [InlineData("""{"format":"orchestrator.task","formatVersion":2}""", "Standard input has format version 2; this command reads version 1. Use the command of the release that made it.")]
    [InlineData("""{"format":"orchestrator.task","formatVersion":1}""", "Standard input is no whole export: it has no 'task'.")]
    public async Task Show_WrongFile_SaysWhatIsWrong(string input, string error)
    {
        _session.Input = input;

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("task", "show"));
        Assert.StartsWith(error, _session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NoSuchFile_SaysSo()
    {
        var path = Path.Combine(_session.Repository.Path, "none.json");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("task", "show", path));
        Assert.StartsWith($"{path} cannot be read: ", _session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_RunningApp_WritesWhatItAnswers()
    {
        await using var api = await FakeTaskApi.StartAsync();
        string? key = null;
        api.Intercept = request =>
        {
            key = request.Headers["X-Api-Key"];
            return request.Path == "/api/tasks/01A/export" ? Results.Text(Export, "application/json") : null;
        };
        var path = Path.Combine(_session.Repository.Path, "out.json");

        Assert.Equal(ExitCode.Success, await _session.RunAsync("task", "export", "01A", "--url", api.Address.ToString(), "--api-key", "secret", "--output", path));
        Assert.Equal((Export, "secret"), (await File.ReadAllTextAsync(path), key));
        using var second = new TestSession();
        Assert.Equal(ExitCode.Success, await second.RunAsync("task", "export", "01A", "--url", api.Address.ToString()));
        Assert.Contains(Export, second.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_RefusedOrNotWritable_SaysWhy()
    {
        await using var api = await FakeTaskApi.StartAsync();

        var folder = _session.Repository.Path;
        var url = api.Address.ToString();
        await FailsAsync("404 task_not_found: There is no such task.", "--url", url);

        api.Intercept = _ => Results.Text("no", "application/problem+json", statusCode: 500);
        await FailsAsync("was answered with 500 InternalServerError.", "--url", url);
        api.Intercept = _ => Results.Text("no", "text/plain", statusCode: 502);
        await FailsAsync("was answered with 502 BadGateway.", "--url", url);

        api.Intercept = _ => Results.Text("{}", "application/json");
        await FailsAsync($"{folder} cannot be written: ", "--url", url, "--output", folder);
        await FailsAsync("--url is ftp://x; it must be an address such as", "--url", "ftp://x");
    }

    [Fact]
    public async Task Export_BrokenOff_SaysSoAndKeepsTheFileThatIsThere()
    {
        await using var api = await FakeTaskApi.StartAsync();
        api.Intercept = _ => Results.Stream(async stream =>
        {
            await stream.WriteAsync(new byte[100]);
            await stream.FlushAsync();
            throw new InvalidOperationException("The app is killed.");
        });
        var path = _session.Write("out.json", "before");

        await FailsAsync("The export of task 01B broke off, and nothing was written: ", "--url", api.Address.ToString(), "--output", path);
        await FailsAsync("The export of task 01B broke off, and nothing was written: ", "--url", api.Address.ToString());

        Assert.Equal("before", await File.ReadAllTextAsync(path));
        Assert.False(File.Exists(path + ".part"));
    }

    [Fact]
    public async Task Show_FileMadeByHand_StaysOnItsFeetAndSteersNoTerminal()
    {
        _session.Input = """
            {"format":"orchestrator.task","formatVersion":1,"task":{"id":"01A\u001b[2J","type":"x\ny","state":"Failed","createdAt":"2026-11-22T10:00:00Z","tags":null},
             "attempts":[null],"events":null,"children":[null],"otherChildren":["01B\u0007",null]}
            """;

        Assert.Equal(ExitCode.Success, await _session.RunAsync("task", "show"));

        Assert.StartsWith("01A [2J  Failed  x y v0", _session.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(_session.Out, character => char.IsControl(character) && character is not ('\n' or '\r'));
    }

    private static async Task FailsAsync(string error, params string[] args)
    {
        using var session = new TestSession();
        Assert.Equal(ExitCode.Failure, await session.RunAsync(["task", "export", "01B", .. args]));
        Assert.Contains(error, session.Error, StringComparison.Ordinal);
    }
}
