using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Functions.Recovery;

namespace Orchestrator.Functions.Startup;

/// <summary>Says at start, in the store, which task hub its tasks are driven on from now on: the next release compares it with its own.</summary>
internal sealed partial class TaskHubAtStart(TaskHubChange hub, ILogger<TaskHubAtStart> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await hub.FindAsync(cancellationToken);
        }
        catch (OrchestratorException exception) when (exception.IsRetryable)
        {
            // Storage is away for a moment; the sweeps say it.
            LogLater(exception);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4650, LogLevel.Warning, "The task hub could not be written down at the start; it is tried again.")]
    private partial void LogLater(Exception exception);
}
