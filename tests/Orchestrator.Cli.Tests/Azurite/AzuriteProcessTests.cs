using System.Diagnostics;
using Orchestrator.Cli.Azurite;
using Orchestrator.Cli.Repository;
using Orchestrator.Cli.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Azurite;

public sealed class AzuriteProcessTests : IDisposable
{
    private readonly TestSession _session = new();
    private readonly string _folder;

    public AzuriteProcessTests() => _folder = Path.Combine(_session.Repository.Path, ".azurite", "test");

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task StartAsync_FolderTaken_SaysSo()
    {
        await using var azurite = await StartAsync(await ScriptAsync());

        var exception = await Assert.ThrowsAsync<CommandException>(() => StartAsync("unused.js"));

        Assert.StartsWith($"The storage emulator's data folder {_folder} is in use by another run of this command (", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_Running_SavesAndLeavesTheFolder()
    {
        var script = await ScriptAsync();
        await using (var azurite = await StartAsync(script))
            await azurite.StopAsync();

        Assert.True(File.Exists(Path.Combine(_folder, "__azurite_db_table__.json")));
        await using var again = await StartAsync(script);
        Assert.True(await AnswersAsync(again));
    }

    [Fact]
    public async Task StopAsync_NotToBeSaved_LeavesNothing()
    {
        await using (var azurite = await StartAsync(await ScriptAsync(), isSaved: false))
        {
            Assert.True(await AnswersAsync(azurite));
            await azurite.StopAsync();
        }

        Assert.Equal([], Directory.EnumerateFiles(_folder, "__*"));
    }

    [Fact]
    public async Task CtrlC_ReachesAzuriteToo_LeavesItRunning()
    {
        await using var azurite = await StartAsync(await ScriptAsync());

        foreach (var signal in new[] { "-INT", "-HUP" })
        {
            using var kill = Process.Start("kill", [signal, $"{azurite.ProcessId}"]);
            await kill.WaitForExitAsync();
        }

        Assert.True(await AnswersAsync(azurite));
    }

    [Fact]
    public async Task StartAsync_ScriptFails_NamesItsError()
    {
        var script = _session.Write("bad.js", "console.error('Exit due to unhandled error: listen EACCES'); process.exit(1);");

        var exception = await Assert.ThrowsAsync<CommandException>(() => StartAsync(script));

        Assert.Equal("Azurite ended with exit code 1 while starting: Exit due to unhandled error: listen EACCES", exception.Message);
    }

    [Fact]
    public async Task Kill9_OfTheParent_EndsAzurite()
    {
        // A process in our place: it holds the pipe that is the child's input, and is killed without a chance to clean up.
        var child = new Uri(Path.Combine(AppContext.BaseDirectory, "azurite-child.mjs")).AbsoluteUri;
        var script = $"const child = require('child_process').spawn('node', ['--import', '{child}', '-e', 'setInterval(() => {{}}, 1000)'], "
            + "{ stdio: ['pipe', 'ignore', 'inherit'] }); console.log(child.pid)";
        using var parent = Process.Start(new ProcessStartInfo("node", ["-e", script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var node = Process.GetProcessById(int.Parse((await parent.StandardOutput.ReadLineAsync())!));

        parent.Kill(entireProcessTree: false);

        await node.WaitForExitAsync().WithinLimitAsync("the child ends when its input closes");
    }

    private static async Task<string> ScriptAsync()
    {
        var repository = RepositoryRoot.Find(AppContext.BaseDirectory);
        return await new AzuriteInstaller(repository, new Npm(TimeProvider.System), TimeProvider.System).EnsureInstalledAsync(_ => { }, CancellationToken.None);
    }

    private static async Task<bool> AnswersAsync(AzuriteProcess azurite)
    {
        using var probe = new StorageProbe();
        return await probe.AnswersAsync(azurite.Endpoints.TableAccount, CancellationToken.None);
    }

    private Task<AzuriteProcess> StartAsync(string script, bool isSaved = true) => AzuriteProcess.StartAsync(script, _folder, isSaved, TimeProvider.System, CancellationToken.None);
}
