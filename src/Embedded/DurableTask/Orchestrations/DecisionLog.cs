using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Numbers the decisions of an execution, and holds those made again on replay against those on record.</summary>
internal sealed class DecisionLog
{
    private readonly Queue<Decision> _made = new();
    private int _next;

    /// <summary>The number of the next decision.</summary>
    public int NextId() => _next++;

    public void Add(Decision decision) => _made.Enqueue(decision);

    /// <summary>Takes the oldest decision for the one on record.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">There is none, or it is another.</exception>
    public void Match(Decision recorded)
    {
        if (!_made.TryDequeue(out var present))
        {
            throw NonDeterministicOrchestrationException.Missing(recorded);
        }

        if (present.TaskId != recorded.TaskId || !IsSame(recorded, present))
        {
            throw NonDeterministicOrchestrationException.Different(recorded, present);
        }
    }

    /// <summary>Checks at the end of a recorded turn that the code has not decided more than is on record.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">It has.</exception>
    public void RequireAllMatched()
    {
        if (_made.TryPeek(out var additional))
        {
            throw NonDeterministicOrchestrationException.Additional(additional);
        }
    }

    /// <summary>Takes what was decided since the last time.</summary>
    public List<Decision> TakeAll()
    {
        var decisions = _made.ToList();
        _made.Clear();
        return decisions;
    }

    // Inputs are not compared, nor are times: code may compute them anew without harm, and so does the real platform.
    private static bool IsSame(Decision recorded, Decision present) => (recorded, present) switch
    {
        (ActivityScheduled r, ActivityScheduled p) => IsSame(r.Name, p.Name),
        (SubOrchestrationScheduled r, SubOrchestrationScheduled p) => IsSame(r.Name, p.Name),
        (TimerCreated, TimerCreated) => true,
        (EventSent r, EventSent p) => IsSame(r.Name, p.Name),
        (EntityCalled r, EntityCalled p) => r.Entity == p.Entity && IsSame(r.Operation, p.Operation),
        (EntitySignaled r, EntitySignaled p) => r.Entity == p.Entity && IsSame(r.Operation, p.Operation),
        (EntitiesLocked r, EntitiesLocked p) => r.Entities.SequenceEqual(p.Entities, StringComparer.Ordinal),
        (EntitiesUnlocked r, EntitiesUnlocked p) => r.LockId == p.LockId,
        _ => false,
    };

    private static bool IsSame(string recorded, string present) => string.Equals(recorded, present, StringComparison.OrdinalIgnoreCase);
}
