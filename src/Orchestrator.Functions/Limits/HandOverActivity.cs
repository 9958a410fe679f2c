using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Orchestrator.Functions.Limits;

/// <summary>Does what a limiter's answer asks for; called by orchestrations, at least once.</summary>
public sealed class HandOverActivity(SlotHandOver handOver)
{
    /// <summary>The activity.</summary>
    [Function(nameof(HandOverActivity))]
    public Task<HandOverResult> RunAsync([ActivityTrigger] HandOverRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        handOver.RunAsync(client, request, cancellationToken);
}
