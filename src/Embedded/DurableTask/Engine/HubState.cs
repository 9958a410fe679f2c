using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// What a task hub holds in memory: live instances, finished ones that storage does not have yet, and entities. A fold of the
/// commit log on top of a checkpoint.
/// </summary>
internal sealed class HubState
{
    public Dictionary<string, OrchestrationState> Orchestrations { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, EntityState> Entities { get; } = new(StringComparer.Ordinal);

    /// <summary>What has changed since the last checkpoint; a key that is in neither dictionary has been removed.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>Instances that have been removed and that storage still has.</summary>
    public HashSet<string> Purged { get; } = new(StringComparer.Ordinal);

    /// <summary>The first entities that match behind one, in the order of their keys.</summary>
    /// <param name="entity">Null for the beginning.</param>
    public IReadOnlyList<EntityState> EntitiesAfter(string? entity, int most, Func<EntityState, bool> matches) =>
        [.. Entities.Values.Where(e => string.CompareOrdinal(e.Entity, entity) > 0 && matches(e)).OrderBy(e => e.Entity, StringComparer.Ordinal).Take(most)];

    /// <summary>
    /// How often something has left memory because storage has it (or has it no more). Belongs to the process, not to the fold:
    /// what was read from storage before it moved may be older than what memory knew.
    /// </summary>
    public long Evictions { get; private set; }

    /// <summary>Lets a finished instance leave memory; storage has it.</summary>
    public void Evict(string instanceId)
    {
        Orchestrations.Remove(instanceId);
        Evictions++;
    }

    /// <summary>Forgets that an instance was purged; storage has it no more.</summary>
    public void ForgetPurged(string instanceId)
    {
        Purged.Remove(instanceId);
        Evictions++;
    }

    public void Apply(LogRecord record)
    {
        Changed.Add(record.Key);
        switch (record)
        {
            case MessageArrived { Message: ExecutionStarted start } arrived:
                Orchestrations[record.Key] = OrchestrationState.From(record.Key, start, arrived.ReplacesStored);
                Purged.Remove(record.Key);
                break;
            case MessageArrived message when Orchestrations.TryGetValue(record.Key, out var instance):
                instance.Apply(message.Message);
                break;
            case EventsReleased released when Orchestrations.TryGetValue(record.Key, out var instance):
                instance.Apply(released);
                break;
            case TurnTaken turn when Orchestrations.TryGetValue(record.Key, out var instance):
                instance.Apply(turn);
                break;
            case OperationArrived arrived:
                Entity(record.Key).Apply(arrived);
                break;
            case OperationsDue due:
                Entity(record.Key).Apply(due);
                break;
            case BatchTaken batch:
                Entity(record.Key).Apply(batch);
                RemoveIfGone(record.Key);
                break;
            case LockGranted granted:
                Entity(record.Key).Apply(granted);
                break;
            case LockReleased released:
                Entity(record.Key).Apply(released);
                RemoveIfGone(record.Key);
                break;
            case InstancePurged:
                Orchestrations.Remove(record.Key);
                Purged.Add(record.Key);
                break;
        }
    }

    private EntityState Entity(string key)
    {
        if (!Entities.TryGetValue(key, out var entity))
        {
            Entities[key] = entity = new EntityState { Entity = key };
        }

        return entity;
    }

    private void RemoveIfGone(string key)
    {
        if (Entities[key].IsGone)
        {
            Entities.Remove(key);
        }
    }
}
