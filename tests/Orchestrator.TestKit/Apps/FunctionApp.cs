using System.Diagnostics;
using Orchestrator.Cli.Host;
using Orchestrator.Cli.Repository;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.TestKit.Apps;

/// <summary>A function app as it was built beside the tests, in a process of its own. Disposing of it is <c>kill -9</c>.</summary>
public sealed class FunctionApp : IAsyncDisposable
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(10);
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();

    private FunctionApp(FunctionAppSetup setup)
    {
        var assembly = setup.Assembly ?? FunctionAppLocation.Find(RepositoryRoot.Find(AppContext.BaseDirectory), AppContext.BaseDirectory);
        Setup = setup;
        if (setup.Mode is PlatformMode.Hostile)
            Console.WriteLine($"Function app {setup.Name} is hostile with seed {setup.Seed}.");
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{setup.Port}/") };
        Process = TestProcess.Start("dotnet", [assembly, .. setup.Arguments], setup.AllEnvironment(), Path.GetDirectoryName(assembly)!);
    }

    /// <summary>What it was started with.</summary>
    public FunctionAppSetup Setup { get; }

    /// <summary>The process.</summary>
    public TestProcess Process { get; }

    /// <summary>Asks it; addresses are relative, such as <c>api/tasks</c>. Nothing is tried twice.</summary>
    public HttpClient Http { get; }

    /// <summary>From the start of the process to its first answer that it is healthy; zero before that.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Starts it, whatever comes of it.</summary>
    public static FunctionApp Launch(FunctionAppSetup setup) => new(setup);

    /// <summary>Starts it and returns when it says that it is healthy.</summary>
    /// <exception cref="InvalidOperationException">It ended meanwhile.</exception>
    /// <exception cref="TimeoutException">It was not healthy within <see cref="Eventually.DefaultLimit"/>.</exception>
    public static async Task<FunctionApp> StartAsync(FunctionAppSetup setup)
    {
        var app = Launch(setup);
        try
        {
            if (!await app.WhenHealthyAsync())
                throw new InvalidOperationException($"The function app ended with exit code {await app.Process.Exited}.{Environment.NewLine}{app.Process.Transcript}");
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when it says that it is healthy.</summary>
    /// <returns>False when it ended before.</returns>
    /// <exception cref="TimeoutException">It was not healthy within <see cref="Eventually.DefaultLimit"/>.</exception>
    public async Task<bool> WhenHealthyAsync()
    {
        while (!await IsHealthyAsync())
        {
            if (Process.Exited.IsCompleted)
                return false;
            if (_sinceStart.Elapsed > Eventually.DefaultLimit)
                throw new TimeoutException($"The function app was not healthy after {Eventually.DefaultLimit.TotalSeconds} s.{Environment.NewLine}{Process.Transcript}");
            await Task.Delay(_poll, TimeProvider.System);
        }

        StartTime = _sinceStart.Elapsed;
        return true;
    }

    /// <summary><c>kill -9</c>; returns when it is dead.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>SIGTERM; returns the exit code.</summary>
    /// <exception cref="TimeoutException">It did not end within <paramref name="limit"/>.</exception>
    public async Task<int> TerminateAsync(TimeSpan limit)
    {
        Process.Send(Signal.Terminate);
        return await Process.Exited.WithinLimitAsync($"the function app ends after SIGTERM. It wrote:{Environment.NewLine}{Process.Transcript}", limit);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }

    private async Task<bool> IsHealthyAsync()
    {
        // While it starts nobody answers; a hundred failed requests would take as much of the processor as the start itself.
        if (!await PortProbe.AcceptsAsync(Setup.Port))
            return false;
        try
        {
            using var response = await Http.GetAsync(new Uri("api/health", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
