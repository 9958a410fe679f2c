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
            case EventsReleased released when Orchestrations.TryGetValue(record.Key, out var instance):
                instance.Apply(released);
                break;
            case TurnTaken turn when Orchestrations.TryGetValue(record.Key, out var instance):
                instance.Apply(turn);
                break;
            case OperationArrived arrived:
                Entity(record.Key).Apply(arrived);
                break;
            case BatchTaken batch:
                var entity = Entity(record.Key);
                entity.Apply(batch);
                if (entity.IsGone)
                {
                    Entities.Remove(record.Key);
                }

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
}
