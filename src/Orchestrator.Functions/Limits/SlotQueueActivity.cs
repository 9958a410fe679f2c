using Microsoft.Azure.Functions.Worker;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>Puts a task into the rows of a limiter's queue; called by the task's orchestration, at least once.</summary>
public sealed class SlotQueueActivity(ISlotQueues queues)
{
    /// <summary>The activity.</summary>
    [Function(nameof(SlotQueueActivity))]
    public Task RunAsync([ActivityTrigger] SlotQueueRequest request, CancellationToken cancellationToken) =>
        queues.AddAsync(request.Limiter, request.Waiter, cancellationToken);
}

/// <summary>Asks that a task be put into the rows of a limiter's queue.</summary>
public sealed record SlotQueueRequest(string Limiter, SlotWaiter Waiter);
