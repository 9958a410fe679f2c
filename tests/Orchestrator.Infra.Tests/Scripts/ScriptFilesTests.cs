using Orchestrator.Infra.Tests.Files;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Infra.Tests.Scripts;

/// <summary>What holds for every script.</summary>
public sealed class ScriptFilesTests : IDisposable
{
    private readonly ScriptBench _bench = new();

    public static TheoryData<string> Scripts { get; } =
        [.. Directory.GetFiles(RepositoryFiles.PathOf("infra/scripts"), "*.sh").Select(path => Path.GetFileName(path)!).Where(name => name is not "common.sh").Order(StringComparer.Ordinal)];

    public void Dispose() => _bench.Dispose();

    [BashTheory]
    [MemberData(nameof(Scripts))]
    public async Task Script_AskedForHelp_SaysHowItIsCalledAndCallsNothing(string script)
    {
        var run = await _bench.RunAsync(script, "--help");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.StartsWith($"usage: {script} ", run.Output[0], StringComparison.Ordinal);
        Assert.Contains(run.Output, line => line.StartsWith("Exit code: 0 ", StringComparison.Ordinal));
        Assert.Equal([], run.Errors);
        Assert.Equal([], run.Calls);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_AsItIsCheckedOut_StopsAtFaultsAndCanBeRun(string script)
    {
        var path = RepositoryFiles.PathOf($"infra/scripts/{script}");
        var lines = File.ReadAllLines(path);

        Assert.Equal("#!/usr/bin/env bash", lines[0]);
        Assert.Contains("set -euo pipefail", lines);
        Assert.DoesNotContain(lines, line => line.Contains("set -x", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute), $"{script} must be executable.");
    }

    [ShellCheckFact]
    public async Task Scripts_HeldAgainstShellCheck_NothingIsFound()
    {
        Assert.Equal("", await ShellCheckAsync(RepositoryFiles.PathOf("infra/scripts")));
    }

    [ShellCheckFact]
    public async Task Scripts_OneIsBroken_ShellCheckFindsIt()
    {
        var scripts = Path.Combine(_bench.Folder, "broken", "infra", "scripts");
        Directory.CreateDirectory(scripts);
        foreach (var file in Directory.GetFiles(RepositoryFiles.PathOf("infra/scripts")))
            File.Copy(file, Path.Combine(scripts, Path.GetFileName(file)));
        await File.AppendAllTextAsync(Path.Combine(scripts, "provision.sh"), "rm -rf $project/artifacts\n");

        Assert.Contains("provision.sh:", await ShellCheckAsync(scripts), StringComparison.Ordinal);
    }

    private static async Task<string> ShellCheckAsync(string folder)
    {
        string[] files = [.. Directory.GetFiles(folder, "*.sh").Order(StringComparer.Ordinal)];
        await using var process = TestProcess.Start(
            "shellcheck", ["--external-sources", "--format", "gcc", .. files], [], Path.GetFullPath(Path.Combine(folder, "..", "..")));
        await process.Exited.WithinLimitAsync("shellcheck ends");
        return string.Join('\n', [.. process.Output, .. process.Errors]);
    }

    private sealed class ShellCheckFactAttribute : FactAttribute
    {
        public ShellCheckFactAttribute() => Skip = Bash.IsThere("shellcheck") ? null : "There is no shellcheck on this machine: the scripts are not linted here.";
    }
}
