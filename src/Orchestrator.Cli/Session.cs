using Orchestrator.Cli.Host;
using Orchestrator.Cli.Processes;
using Orchestrator.Cli.Repository;
using Orchestrator.Cli.Terminal;

namespace Orchestrator.Cli;

/// <summary>What a command runs in.</summary>
internal sealed record Session(CommandConsole Console, RepositoryRoot Repository, IAppStarter Apps, StopSignals Signals, TimeProvider Time)
{
    /// <summary>
    /// Starts the app, runs <paramref name="work"/> against it and stops what was started, whatever came of it. Should the
    /// app end by itself, the work is cancelled.
    /// </summary>
    /// <exception cref="CommandException">The app could not be started, or ended by itself.</exception>
    public async Task<T> WithAppAsync<T>(AppRequest request, Func<IRunningApp, CancellationToken, Task<T>> work)
    {
        var app = await Apps.StartAsync(request, line => Console.Line(line), Signals.Stop);
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Signals.Stop);
            var ended = app.EndedAsync();
            var working = work(app, stop.Token);
            if (await Task.WhenAny(working, ended) == working)
                return await working;

            await stop.CancelAsync();
            await working.ContinueWith(static done => done.Exception, TaskScheduler.Default);
            // A signal reaches the whole process group, the app too: its end is then what was asked for.
            Signals.Stop.ThrowIfCancellationRequested();
            throw new CommandException(await ended);
        }
        finally
        {
            await app.StopAsync(Signals.AtOnce);
        }
    }
}
