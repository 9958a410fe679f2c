using System.Diagnostics;
using Orchestrator.Cli.Api;
using Orchestrator.Cli.Processes;

namespace Orchestrator.Cli.Host;

/// <summary>The function app as a child process, healthy from the moment one has this.</summary>
internal sealed class FunctionAppProcess : IAsyncDisposable
{
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _healthPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _child;

    private FunctionAppProcess(ChildProcess child, Uri address)
    {
        _child = child;
        Address = address;
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:7071/</c>.</summary>
    public Uri Address { get; }

    public int ProcessId => _child.Id;

    /// <summary>Completes, should it end by itself, with one line that says why.</summary>
    public async Task<string> EndedAsync() => $"The function app ended with exit code {await _child.Exited}: {_child.Tail.Cause()}";

    /// <summary>Starts it and waits until it says that it is healthy, for 60 s at most.</summary>
    /// <param name="assembly">The path of its main assembly.</param>
    /// <exception cref="CommandException">It ended, or did not become healthy; the message has its own words.</exception>
    public static async Task<FunctionAppProcess> StartAsync(string assembly, FunctionAppSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Path.GetDirectoryName(assembly), ArgumentList = { assembly } };
        foreach (var (name, value) in settings.Environment())
            start.Environment[name] = value;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;

        var app = new FunctionAppProcess(ChildProcess.Start(start, time), new Uri($"http://127.0.0.1:{settings.Port}/"));
        try
        {
            await app.WaitUntilHealthyAsync(time, cancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it finish or hand back what it is doing, for 30 s at most; kills it when <paramref name="atOnce"/> fires.</summary>
    public Task<bool> StopAsync(CancellationToken atOnce = default) => _child.StopAsync(_stopLimit, terminate: true, atOnce);

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    private async Task WaitUntilHealthyAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var api = new TaskApi(Address, time);
        var since = time.GetTimestamp();
        var seen = "it did not answer";
        while (time.GetElapsedTime(since) < _startLimit)
        {
            if (_child.Exited.IsCompleted)
                throw new CommandException(await EndedAsync());
            if (await api.TryGetHealthAsync(cancellationToken) is { } health)
            {
                if (health.IsHealthy)
                    return;
                seen = health.ToString();
            }

            await Task.WhenAny(_child.Exited, Task.Delay(_healthPoll, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        throw new CommandException($"The function app was not healthy at {Address}api/health after {_startLimit.TotalSeconds} s: {seen}. It last wrote: {_child.Tail.Cause()}");
    }
}
