using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Retention;
using Orchestrator.History;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Timers;

/// <summary>Removes the tasks and the dead letters that are over their time.</summary>
public sealed class RetentionTimer(
    RetentionRunner runner, ITaskTypeCatalog types, IDeadLetterStore deadLetters, TimeProvider time, IOptionsMonitor<RetentionOptions> options)
{
    /// <summary>Most dead letters that a run removes; the next run takes the rest.</summary>
    private const int DeadLettersPerRun = 1_000;

    /// <summary>Runs every 30 s. When nothing is over its time a run is one request to storage for every thousand stretches of four hours that have tasks.</summary>
    [Function(nameof(RemoveOldTasks))]
    public async Task RemoveOldTasks([TimerTrigger("20/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var rules = new RetentionRules(options.CurrentValue.Times, await types.ListAsync(cancellationToken));
        await runner.RunAsync(client, rules, options.CurrentValue.TasksPerRun, cancellationToken);
    }

    /// <summary>Runs every ten minutes: nobody waits for it.</summary>
    [Function(nameof(RemoveOldDeadLetters))]
    public Task RemoveOldDeadLetters([TimerTrigger("40 3/10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        deadLetters.DeleteBeforeAsync(time.GetUtcNow() - options.CurrentValue.DeadLetters, DeadLettersPerRun, cancellationToken);
}
