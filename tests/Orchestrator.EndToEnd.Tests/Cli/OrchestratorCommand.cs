using System.Text;
using Orchestrator.Cli.Repository;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Cli;

/// <summary>
/// The command in a process of its own, at the head of a process group of its own as in a terminal. All that it starts
/// inherits a mark, by which what is left of it can be found.
/// </summary>
internal sealed class OrchestratorCommand : IAsyncDisposable
{
    /// <summary>The collection of all tests that start it: its Azurite keeps its data in a folder of the repository, which another run would find taken.</summary>
    public const string OneAtATime = "The command";

    private const string MarkName = "ORCHESTRATOR_TEST_MARK";
    private static readonly RepositoryRoot _repository = RepositoryRoot.Find(AppContext.BaseDirectory);

    private readonly string _mark = Guid.NewGuid().ToString("N");

    private OrchestratorCommand(PlatformMode mode, string[] arguments)
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        var assembly = Path.Combine(_repository.Path, "src", "Orchestrator.Cli", "bin", "Embedded", configuration, "net10.0", "orchestrator.dll");
        var environment = new Dictionary<string, string>
        {
            [MarkName] = _mark,
            ["AzureWebJobsStorage"] = EmulatorThatIsNotThere(),
            ["CI"] = "true",
            ["Embedded__Mode"] = $"{mode}",
        };
        Process = TestProcess.Start("setsid", ["dotnet", assembly, .. arguments], environment, _repository.Path);
    }

    public TestProcess Process { get; }

    /// <param name="mode">Of the app that it starts.</param>
    public static OrchestratorCommand Start(PlatformMode mode, params string[] arguments) => new(mode, arguments);

    /// <summary>What Ctrl-C does: SIGINT to every process of the group.</summary>
    public void PressCtrlC() => Signal.Send(-Process.Id, Signal.Interrupt);

    public Task<int> ExitAsync() => Process.Exited.WithinLimitAsync("the command ends", TimeSpan.FromMinutes(3));

    public Task WhenItSaysAsync(string text) => Eventually.TrueAsync(
        () => Process.Output.Any(line => line.Contains(text, StringComparison.Ordinal)) || Process.Exited.IsCompleted, $"the command says '{text}'", TimeSpan.FromMinutes(3));

    /// <summary>The command lines of its processes that run now.</summary>
    public IReadOnlyList<string> Running() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _) && Read(Path.Combine(folder, "environ")).Contains($"{MarkName}={_mark}", StringComparison.Ordinal))
            .Select(folder => Read(Path.Combine(folder, "cmdline")).Replace('\0', ' ')),
    ];

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>In the place of a local emulator that does not answer, the command starts one of its own.</summary>
    private static string EmulatorThatIsNotThere()
    {
        var endpoint = $"http://127.0.0.1:{FreePort.Next()}/{new AzuriteFixture().AccountName}";
        return $"BlobEndpoint={endpoint};QueueEndpoint={endpoint};TableEndpoint={endpoint};";
    }

    /// <summary>A process may end while it is looked at, and one of another user hides its environment.</summary>
    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
