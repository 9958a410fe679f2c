using Orchestrator.Cli.Host;

namespace Orchestrator.Cli.Tests;

/// <summary>"Starts" an app that is there already, and notes what was asked of it.</summary>
internal sealed class FakeApps(Uri address) : IAppStarter, IRunningApp
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<AppRequest> Requests { get; } = [];

    public int Stops { get; private set; }

    public Task Started => _started.Task;

    public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address => address;

    public string Storage => "a fake";

    public Task<IRunningApp> StartAsync(AppRequest request, Action<string> say, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        say("Function app: fake");
        _started.TrySetResult();
        return Task.FromResult<IRunningApp>(this);
    }

    /// <summary>What a check says: lines, lines of standard error, exit code.</summary>
    public (string[] Said, string[] Complained, int ExitCode) Check { get; set; } = ([], [], 0);

    public Task<int> CheckAsync(Action<string> say, Action<string> complain, CancellationToken cancellationToken)
    {
        Array.ForEach(Check.Said, say);
        Array.ForEach(Check.Complained, complain);
        return Task.FromResult(Check.ExitCode);
    }

    public Task<string> EndedAsync() => Ended.Task;

    public Task StopAsync(CancellationToken atOnce)
    {
        Stops++;
        return Task.CompletedTask;
    }
}
