using Orchestrator.Cli.Repository;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>A run of <c>infra/scripts/smoke-test.sh</c> that has ended.</summary>
internal sealed record SmokeTest(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    /// <summary>Everything it wrote, for the message of a failed test.</summary>
    public string Transcript => string.Join(Environment.NewLine, [$"It ended with {ExitCode}.", .. Output, "--- errors:", .. Errors]);

    /// <summary>Runs it, from a folder that is not the repository's.</summary>
    /// <param name="apiKey">Handed over in the environment.</param>
    public static async Task<SmokeTest> RunAsync(string? apiKey, params string[] arguments)
    {
        var script = Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory).Path, "infra", "scripts", "smoke-test.sh");
        var environment = new Dictionary<string, string> { ["ORCHESTRATOR_API_KEY"] = apiKey ?? "", ["ORCHESTRATOR_TOKEN"] = "", ["no_proxy"] = "127.0.0.1" };
        await using var process = TestProcess.Start("bash", [script, .. arguments], environment, Path.GetTempPath());
        var exitCode = await process.Exited.WithinLimitAsync("the smoke test ends", _limit);
        return new SmokeTest(exitCode, process.Output, process.Errors);
    }
}
