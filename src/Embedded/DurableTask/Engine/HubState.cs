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

    public void Apply(LogRecord record)
    {
        Changed.Add(record.Key);
        switch (record)
        {
            case MessageArrived { Message: ExecutionStarted start }:
                Orchestrations[record.Key] = OrchestrationState.From(record.Key, start);
                Purged.Remove(record.Key);
                break;
            case MessageArrived arrived when Orchestrations.TryGetValue(record.Key, out var instance):
                instance.Apply(arrived.Message);
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
