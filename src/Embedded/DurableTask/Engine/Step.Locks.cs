using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Engine;

/// <remarks>
/// Locks on a set of entities are taken one after the other, in an order that is the same for everybody, so nobody ever waits
/// for somebody who waits for him. The request stands in an entity's queue like an operation; when its turn comes, the entity is
/// locked and the request goes on to the next one. The last one answers the orchestration.
/// </remarks>
internal sealed partial class Step
{
    /// <summary>Frees entities that are locked by executions that are gone, among the next <paramref name="most"/> that are locked.</summary>
    /// <param name="removeEmpty">Whether those are counted that hold nothing but the lock, and are gone without it.</param>
    /// <param name="after">Where an earlier call has ended; null for the beginning.</param>
    public EntityCleaning CleanEntities(bool removeEmpty, bool releaseOrphans, string? after, int most)
    {
        var (removed, released) = (0, 0);
        var entities = state.EntitiesAfter(after, most + 1, static e => e.LockedBy is not null);
        foreach (var entity in entities.Take(most).Where(e => releaseOrphans && FreeOrphan(e)))
        {
            released++;
            removed += removeEmpty && !state.Entities.ContainsKey(entity.Entity) ? 1 : 0;
        }

        return new EntityCleaning(removed, released, entities.Count > most ? entities[most - 1].Entity : null);
    }

    /// <summary>What an execution holds or waits for after these decisions, its end left aside.</summary>
    private static EntitiesLocked? LocksAfter(OrchestrationState instance, IReadOnlyList<Decision> decisions) =>
        decisions.Aggregate(instance.Locks, static (locks, decision) => decision switch
        {
            EntitiesLocked locked => locked,
            EntitiesUnlocked => null,
            _ => locks,
        });

    private void Lock(OrchestrationState instance, string executionId, EntitiesLocked locks) =>
        Enqueue(locks.Entities[0], new EntityRequest(string.Empty, null, new EntityCaller(instance.InstanceId, executionId, locks.TaskId)) { IsLock = true });

    private void Unlock(OrchestrationState instance, string executionId, int? lockId, IReadOnlyList<string>? entities)
    {
        foreach (var key in entities ?? [])
        {
            Unlock(key, new EntityCaller(instance.InstanceId, executionId, lockId!.Value));
        }
    }

    private void Unlock(string key, EntityCaller holder)
    {
        if (!state.Entities.TryGetValue(key, out var entity) || !entity.IsLockedOrAwaitedBy(holder))
        {
            return;
        }

        Commit(new LockReleased(key, now, holder));
        if (state.Entities.TryGetValue(key, out var present))
        {
            RunIfReady(present);
        }
    }

    /// <summary>Locks an entity for the request at the front of its queue.</summary>
    /// <returns>The entity to be looked at next: where the request has gone on to, or this one again if nobody waits for the lock any more.</returns>
    private EntityState? Grant(EntityState entity, QueuedOperation request)
    {
        var caller = request.Request.Caller!;
        if (!Wants(caller))
        {
            Commit(new LockReleased(entity.Entity, now, caller));
            return state.Entities.GetValueOrDefault(entity.Entity);
        }

        Commit(new LockGranted(entity.Entity, now, request.Sequence));
        var entities = state.Orchestrations[caller.InstanceId].Locks!.Entities;
        if (entities.SkipWhile(e => e != entity.Entity).Skip(1).FirstOrDefault() is { } next)
        {
            return Add(next, request.Request);
        }

        Answer(caller.InstanceId, caller.ExecutionId, caller.TaskId, new TaskCompleted(caller.TaskId, null));
        return null;
    }

    /// <summary>Whether the decision to lock still stands: its execution goes on and has not released the locks.</summary>
    private bool Wants(EntityCaller caller) =>
        state.Orchestrations.TryGetValue(caller.InstanceId, out var instance)
        && instance.Start.ExecutionId == caller.ExecutionId
        && instance.Locks?.TaskId == caller.TaskId;

    /// <summary>Frees an entity whose lock nobody will release any more.</summary>
    /// <returns>Whether it was locked so.</returns>
    private bool FreeOrphan(EntityState entity)
    {
        if (entity.LockedBy is not { } holder || Wants(holder))
        {
            return false;
        }

        Unlock(entity.Entity, holder);
        return true;
    }
}
