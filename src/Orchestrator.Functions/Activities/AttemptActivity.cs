using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Entities;

namespace Orchestrator.Functions.Activities;

/// <summary>Makes one attempt at a task; called by the task's orchestration, at least once.</summary>
public sealed class AttemptActivity
{
    private readonly AttemptRunner _runner;
    private readonly DurableClientSlot _slot;

    /// <summary>Creates the activity.</summary>
    public AttemptActivity(AttemptRunner runner, DurableClientSlot slot)
    {
        _runner = runner;
        _slot = slot;
    }

    /// <summary>The activity.</summary>
    [Function(nameof(AttemptActivity))]
    public Task<AttemptStep> RunAsync([ActivityTrigger] AttemptRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        _slot.Client = client;
        return _runner.RunAsync(request, cancellationToken);
    }
}
