using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Says how a task is waited for: for up to an hour by its orchestration; for longer nothing sleeps, and a wake has the orchestration started
/// again; for ever there is nothing to do until somebody changes the task.
/// </summary>
public sealed class AttemptWaits
{
    /// <summary>Longest sleep of an orchestration.</summary>
    public static readonly TimeSpan LongestSleep = RecoveryDecisions.LongestSleep;

    private readonly TaskLifecycle _lifecycle;
    private readonly ITaskWakes _wakes;
    private readonly TimeProvider _time;

    /// <summary>Creates the waits.</summary>
    public AttemptWaits(TaskLifecycle lifecycle, ITaskWakes wakes, TimeProvider time)
    {
        _lifecycle = lifecycle;
        _wakes = wakes;
        _time = time;
    }

    /// <summary>Prepares the wait and says what the orchestration does.</summary>
    /// <param name="task">The task as it was decided on.</param>
    /// <param name="attempt">The attempt to ask for then.</param>
    /// <param name="until">Null: for ever.</param>
    public async Task<AttemptStep> UntilAsync(StoredTask task, int attempt, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        // When its time is up before, it is looked at then.
        if (task.Record.TimeIsUpAt is { } end && !(until < end) && !task.Record.State.IsTerminal())
            until = end;
        var sleeps = until <= _time.GetUtcNow() + LongestSleep;

        // Before the mark is taken off: until then the sweep looks after the task.
        if (until is { } at && !sleeps)
            await _wakes.AddAsync(task.Record.Id, at, cancellationToken);
        if (!await _lifecycle.TryMarkStartedAsync(task, cancellationToken))
            return AttemptStep.Again(attempt, _time.GetUtcNow());

        return sleeps ? AttemptStep.Again(attempt, until!.Value) : AttemptStep.Leave(attempt);
    }
}
