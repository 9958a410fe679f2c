using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <content>What user code is asked to run: nothing that is not durable, and nothing that is done.</content>
internal sealed partial class Witness
{
    private readonly HashSet<string> _scheduled = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _results = new(StringComparer.Ordinal);
    private int _runs;

    /// <summary>An activity begins to run.</summary>
    /// <returns>The name of this run.</returns>
    public string Begin(ActivityWork work, SimulatedProcess process, bool isFirstHere)
    {
        var task = TaskOf(work.ExecutionId, work.TaskId);
        verdict.Require(_scheduled.Contains(task), $"{process.Name} runs activity {work.InstanceId}/{work.TaskId}, and that it was decided is not durable.");
        verdict.Require(isFirstHere, $"{process.Name} runs activity {work.InstanceId}/{work.TaskId} twice.");
        verdict.Require(!IsOwner(process) || !_done.Contains(task), $"{process.Name} runs activity {work.InstanceId}/{work.TaskId}, which is done.");
        return $"r{++_runs}";
    }

    /// <summary>An activity gives its result.</summary>
    public OrchestrationMessage End(ActivityWork work, OrchestrationMessage result)
    {
        var task = TaskOf(work.ExecutionId, work.TaskId);
        if (!_results.TryGetValue(task, out var results))
        {
            _results[task] = results = new HashSet<string>(StringComparer.Ordinal);
        }

        results.Add(ResultOf(result));
        return result;
    }

    /// <summary>Replayed, an orchestration has to decide what it has decided.</summary>
    public void RequireSame(IReadOnlyList<Decision> past, IReadOnlyList<Decision> replayed, string instanceId) =>
        verdict.Require(past.Count <= replayed.Count && past.Zip(replayed).All(p => IsSame(p.First, p.Second)), $"The history of '{instanceId}' has {string.Join(", ", past)} where {string.Join(", ", replayed)} follows from it.");

    private static bool IsSame(Decision one, Decision other) => (one, other) switch
    {
        (EntitiesLocked left, EntitiesLocked right) => left.TaskId == right.TaskId && left.Entities.SequenceEqual(right.Entities),
        (EntitiesUnlocked left, EntitiesUnlocked right) => left.TaskId == right.TaskId && left.Entities.SequenceEqual(right.Entities),
        _ => one == other,
    };

    /// <summary>An entity runs durable operations only.</summary>
    public void RequireArrived(EntityBatch batch)
    {
        foreach (var request in batch.Requests)
        {
            verdict.Require(_arrived.Contains(request.Input!), $"{batch.Entity} runs {request.Operation} {request.Input}, which is not durable.");
        }
    }
}
