using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Up;

public sealed class UpCommandTests : IDisposable
{
    private readonly TestSession _session = new();
    private readonly FakeApps _apps = new(new Uri("http://127.0.0.1:7071/"));

    public UpCommandTests() => _session.Apps = _apps;

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Up_UntilSignal_PrintsAddressesAndStopsTheApp()
    {
        var running = _session.RunAsync("up");
        await _apps.Started.WithinLimitAsync("the app is started");
        await Eventually.TrueAsync(() => _session.Out.Contains("Ctrl-C", StringComparison.Ordinal), "the addresses are printed");
        Assert.False(running.IsCompleted);

        _session.Signals.Raise();

        Assert.Equal(ExitCode.Success, await running.WithinLimitAsync("the command heeds the signal"));
        Assert.Equal(1, _apps.Stops);
        var folder = _session.Repository.Path;
        Assert.Equal(
            $$$"""
            Function app: fake

            Tasks   http://127.0.0.1:7071/api/tasks
            Health  http://127.0.0.1:7071/api/health
            Reads   {{{folder}}}
            Writes  {{{folder}}}/artifacts

            Try:
              curl -i -H 'content-type: application/json' -d '{"type":"files.list","input":{"folder":"{{{folder}}}","pattern":"*.md"}}' http://127.0.0.1:7071/api/tasks

            Ctrl-C stops everything.

            """,
            _session.Out);
        var request = Assert.Single(_apps.Requests);
        Assert.Equal(("up", 7071), (request.Name, request.Port));
    }

    [Fact]
    public async Task Up_KeysRequired_MakesAFirstKeyAndShowsIt()
    {
        _apps.Ended.SetResult("over");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("up", "--require-keys"));

        var request = Assert.Single(_apps.Requests);
        Assert.Matches("^[A-Za-z0-9_-]{43}$", request.FirstKey);
        Assert.Equal("up", request.ToString());
        Assert.Contains($"Key     {request.FirstKey} (an admin's, until Ctrl-C; for commands: export ORCHESTRATOR_API_KEY={request.FirstKey})\n", _session.Out, StringComparison.Ordinal);
        Assert.Contains($"curl -i -H 'x-api-key: {request.FirstKey}' -H 'content-type", _session.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_AppEnds_SaysWhy()
    {
        _apps.Ended.SetResult("The function app ended with exit code 1: it lost its storage");

        Assert.Equal(ExitCode.Failure, await _session.RunAsync("up", "--port", "7100"));
        Assert.Equal("The function app ended with exit code 1: it lost its storage\n", _session.Error);
        Assert.Equal(7100, _apps.Requests.Single().Port);
    }

    [Fact]
    public async Task Up_MissingFolder_StartsNothing()
    {
        Assert.Equal(ExitCode.Failure, await _session.RunAsync("up", "--folder", "/nowhere/at/all"));
        Assert.Equal("Folder /nowhere/at/all does not exist: give --folder the folder that the sample agents may read.\n", _session.Error);
        Assert.Empty(_apps.Requests);
    }
}
