using Embedded.DurableTask.Execution;

namespace Embedded.DurableTask.Hub;

/// <summary>A task hub as the host sees it: it owns the hub while it runs.</summary>
internal interface ITaskHubHost : ITaskHub
{
    /// <summary>Takes the hub over and begins to work. Returns when clients are served.</summary>
    Task StartAsync(
        IOrchestrationRunner orchestrations, IActivityRunner activities, IEntityRunner entities, CancellationToken cancellationToken);

    /// <summary>Takes nothing new, waits for what is in flight until <paramref name="cancellationToken"/> fires, and lets the hub go.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
