using System.ComponentModel;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;
using Xunit;

namespace Orchestrator.TestKit.Apps;

/// <summary>An app that is started again whenever somebody asks it after it was killed or told to end. Any other end fails the test.</summary>
public sealed class RestartedApp(FunctionAppSetup setup) : IAsyncDisposable
{
    private const int Killed = 128 + Signal.Kill;
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<FunctionApp> _apps = [];
    private volatile FunctionApp? _app;
    private volatile bool _isTerminated;
    private int _kills;
    private int _terminations;

    /// <summary>What it is started with.</summary>
    public FunctionAppSetup Setup { get; } = setup;

    /// <summary>How often it was killed.</summary>
    public int Kills => _kills;

    /// <summary>How often it ended in order after <see cref="TellToEndAsync"/>.</summary>
    public int Terminations => _terminations;

    /// <summary>How often it was started.</summary>
    public int Starts => _apps.Count;

    /// <summary>Everything that all its processes wrote.</summary>
    public string Transcript => string.Join(Environment.NewLine, _apps.ToArray().Select((app, number) => $"Start {number + 1}: {app.Process.Transcript}"));

    /// <summary><c>kill -9</c> of the process that there is now; returns when it is dead.</summary>
    public async Task KillAsync()
    {
        var app = _app ?? throw new InvalidOperationException("The app has not been started.");
        SendUnlessEnded(app, Signal.Kill);
        if (await app.Process.Exited == Killed)
            Interlocked.Increment(ref _kills);
    }

    /// <summary>SIGTERM to the process that there is now, in the midst of its work.</summary>
    /// <returns>When it has ended.</returns>
    public async Task TellToEndAsync()
    {
        var app = _app ?? throw new InvalidOperationException("The app has not been started.");
        _isTerminated = true;
        SendUnlessEnded(app, Signal.Terminate);
        if (await app.Process.Exited.WithinLimitAsync($"the app ends after SIGTERM. It wrote:{Environment.NewLine}{app.Process.Transcript}", _stopLimit) == 0)
            Interlocked.Increment(ref _terminations);
    }

    /// <summary>SIGTERM to the process that there is now, when it is healthy.</summary>
    /// <returns>Its exit code; 137 when it was killed meanwhile.</returns>
    public async Task<int> TerminateAsync()
    {
        var app = await UpAsync();
        _isTerminated = true;
        SendUnlessEnded(app, Signal.Terminate);
        return await app.Process.Exited.WithinLimitAsync($"the app ends after SIGTERM. It wrote:{Environment.NewLine}{app.Process.Transcript}", _stopLimit);
    }

    /// <summary>Asks the app, again as often as it dies meanwhile.</summary>
    public async Task<T> AskAsync<T>(Func<HttpClient, Task<T>> ask)
    {
        while (true)
        {
            var app = await UpAsync();
            try
            {
                return await ask(app.Http);
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                await app.Process.Exited.WithinLimitAsync($"the app is dead, for it did not answer ({fault.Message}). It wrote:{Environment.NewLine}{app.Process.Transcript}");
            }
        }
    }

    /// <summary>The app, started if need be, when it is healthy.</summary>
    public async Task<FunctionApp> UpAsync()
    {
        await _starting.WaitAsync();
        try
        {
            while (true)
            {
                if (_app is { } app)
                {
                    if (!app.Process.Exited.IsCompleted && (app.StartTime > TimeSpan.Zero || await app.WhenHealthyAsync()))
                        return app;
                    AssertMeantToEnd(app, await app.Process.Exited);
                }

                _isTerminated = false;
                _app = FunctionApp.Launch(Setup);
                _apps.Add(_app);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
            await app.DisposeAsync();
        _starting.Dispose();
    }

    private void AssertMeantToEnd(FunctionApp app, int exitCode) => Assert.True(
        exitCode == Killed || (_isTerminated && exitCode == 0), $"The app ended by itself with exit code {exitCode}. It wrote:{Environment.NewLine}{app.Process.Transcript}");

    private static void SendUnlessEnded(FunctionApp app, int signal)
    {
        try
        {
            app.Process.Send(signal);
        }
        catch (Win32Exception)
        {
            // It has ended already.
        }
    }
}
