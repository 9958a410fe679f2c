using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Entities;

namespace Orchestrator.Functions.FollowUps;

/// <summary>Tells others of a task's end; called by the task's orchestration, at least once.</summary>
public sealed class FollowUpActivity
{
    private readonly FollowUpRunner _runner;
    private readonly DurableClientSlot _slot;

    /// <summary>Creates the activity.</summary>
    public FollowUpActivity(FollowUpRunner runner, DurableClientSlot slot)
    {
        _runner = runner;
        _slot = slot;
    }

    /// <summary>The activity.</summary>
    [Function(nameof(FollowUpActivity))]
    public Task<FollowUpStep> RunAsync([ActivityTrigger] FollowUpRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        _slot.Client = client;
        return _runner.RunAsync(client, request, cancellationToken);
    }
}
