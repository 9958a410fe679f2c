using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Availability;
using Orchestrator.Functions.Entities;

namespace Orchestrator.Functions.Activities;

/// <summary>Makes one attempt at a task; called by the task's orchestration, at least once.</summary>
public sealed class AttemptActivity
{
    private readonly AttemptRunner _runner;
    private readonly DurableClientSlot _slot;
    private readonly IStorageAvailability _storage;
    private readonly TimeSpan _wait;

    /// <summary>Creates the activity.</summary>
    public AttemptActivity(AttemptRunner runner, DurableClientSlot slot, IStorageAvailability storage, IOptionsMonitor<AttemptOptions> options)
    {
        _runner = runner;
        _slot = slot;
        _storage = storage;
        _wait = options.CurrentValue.OutcomeWait;
    }

    /// <summary>The activity.</summary>
    [Function(nameof(AttemptActivity))]
    public async Task<AttemptStep> RunAsync([ActivityTrigger] AttemptRequest request, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        _slot.Client = client;

        // Here, and not by being called again and again: it goes on as soon as storage is back.
        await _storage.WhenBackAsync(_wait, cancellationToken);
        return await _runner.RunAsync(request, cancellationToken);
    }
}
