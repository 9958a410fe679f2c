using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Orchestrator.Functions.Limits;

namespace Orchestrator.Functions.Timers;

/// <summary>Looks after the limiters now and then.</summary>
public sealed class LimiterSweep(LimiterKeeper keeper)
{
    /// <summary>Runs every 15 s, so that a slot that has got lost is missed for at most three quarters of a minute.</summary>
    [Function(nameof(KeepLimiters))]
    public Task KeepLimiters([TimerTrigger("5/15 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        keeper.KeepAsync(client, cancellationToken);

    /// <summary>Runs once an hour: some platforms keep a trace of an entity that has no state any more, and there is a limiter for every key there has been.</summary>
    [Function(nameof(CleanEntities))]
    public Task CleanEntities([TimerTrigger("0 17 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        client.Entities.CleanEntityStorageAsync(
            new CleanEntityStorageRequest { RemoveEmptyEntities = true, ReleaseOrphanedLocks = false }, continueUntilComplete: true, cancellationToken);
}
