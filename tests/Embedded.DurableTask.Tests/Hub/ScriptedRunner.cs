using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>
/// User code for a hub, as plain functions. An orchestration is a function of its whole history (the messages and decisions so
/// far, this turn's included) that gives the decisions of the turn; it is pure, as real ones are.
/// </summary>
internal sealed class ScriptedRunner : IOrchestrationRunner, IActivityRunner, IEntityRunner
{
    public Dictionary<string, Func<IReadOnlyList<HistoryEvent>, IEnumerable<Decision>>> Orchestrations { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Func<ActivityWork, Task<string?>>> Activities { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Func<EntityBatch, EntityBatchResult>> Entities { get; } = new(StringComparer.Ordinal);

    /// <summary>An orchestration that runs the activity <c>Work</c> so many times in sequence and ends with the last result.</summary>
    public static IEnumerable<Decision> Sequence(IReadOnlyList<HistoryEvent> history, int steps)
    {
        var results = history.OfType<TaskCompleted>().ToList();
        if (history.OfType<Decision>().Any(d => d.TaskId == results.Count))
        {
            yield break;
        }

        yield return results.Count < steps
            ? new ActivityScheduled("Work", $"{results.Count}") { TaskId = results.Count }
            : new ExecutionCompleted(ExecutionOutcome.Completed, results[^1].Result, null) { TaskId = steps };
    }

    public ValueTask<OrchestrationTurnResult> RunAsync(OrchestrationTurn turn, CancellationToken cancellationToken)
    {
        List<HistoryEvent> history = [.. turn.Past, .. turn.News];
        var name = history.OfType<ExecutionStarted>().First().Name;
        IReadOnlyList<Decision> decisions = turn.News.OfType<ExecutionTerminated>().FirstOrDefault() is { } terminated
            ? [new ExecutionCompleted(ExecutionOutcome.Terminated, terminated.Output, null) { TaskId = history.OfType<Decision>().Count() }]
            : [.. Orchestrations[name](history)];
        return ValueTask.FromResult(new OrchestrationTurnResult(decisions, null));
    }

    public void Forget(string instanceId, string executionId)
    {
        // Nothing is kept.
    }

    public async ValueTask<OrchestrationMessage> RunAsync(ActivityWork work, CancellationToken cancellationToken) =>
        new TaskCompleted(work.TaskId, await Activities[work.Name](work).WaitAsync(cancellationToken));

    public ValueTask<EntityBatchResult> RunAsync(EntityBatch batch, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Entities[batch.Entity.Split('@')[1]](batch));
}
