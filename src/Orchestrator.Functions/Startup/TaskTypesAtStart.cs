using Microsoft.Extensions.Hosting;
using Orchestrator.Storage.TaskTypes;

namespace Orchestrator.Functions.Startup;

/// <summary>Has all task types read, so that files at fault stop the start instead of the first task.</summary>
internal sealed class TaskTypesAtStart(TaskTypeRegistry types) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => types.LoadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
