using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

internal sealed partial class Step
{
    /// <summary>An operation is sent to an entity, which comes to be if it does not exist.</summary>
    public void Enqueue(string entityKey, EntityRequest request)
    {
        var due = request.DeliverAt <= now ? request with { DeliverAt = null } : request;
        var entity = Add(entityKey, due);
        if (due.DeliverAt is { } at)
        {
            Timers.Add(new DueTimer(at, entityKey));
        }
        else
        {
            RunIfReady(entity);
        }
    }

    /// <summary>A batch has been run.</summary>
    public void BatchFinished(RunBatch work, EntityBatchResult result)
    {
        if (!state.Entities.TryGetValue(work.Batch.Entity, out var entity) || !entity.BatchRunning)
        {
            return;
        }

        entity.BatchRunning = false;
        Commit(new BatchTaken(work.Batch.Entity, now, work.Sequences, result.State));
        foreach (var (request, outcome) in work.Batch.Requests.Zip(result.Outcomes))
        {
            if (request.Caller is { } caller)
            {
                Answer(caller.InstanceId, caller.ExecutionId, caller.TaskId, Answered(caller.TaskId, outcome));
            }
        }

        foreach (var action in result.Actions)
        {
            Carry(action);
        }

        // The entity may have gone with its state, and come back by a signal to itself.
        if (state.Entities.TryGetValue(work.Batch.Entity, out var present))
        {
            RunIfReady(present);
        }
    }

    private void Resume(EntityState entity)
    {
        FreeOrphan(entity);
        TakeDue(entity, now);
        Timers.AddRange(entity.Scheduled.Select(o => new DueTimer(o.Request.DeliverAt!.Value, entity.Entity)));
        RunIfReady(entity);
    }

    private EntityState Add(string entityKey, EntityRequest request)
    {
        var sequence = state.Entities.TryGetValue(entityKey, out var present) ? present.NextSequence : 0;
        Commit(new OperationArrived(entityKey, sequence, request));
        return state.Entities[entityKey];
    }

    /// <summary>Has the operations join the queue whose time has come.</summary>
    private void TakeDue(EntityState entity, DateTime upTo)
    {
        List<long> due = [.. entity.Scheduled.Where(o => o.Request.DeliverAt <= upTo).OrderBy(o => o.Request.DeliverAt).ThenBy(o => o.Sequence).Select(o => o.Sequence)];
        if (due.Count > 0)
        {
            Commit(new OperationsDue(entity.Entity, due));
        }
    }

    private static OrchestrationMessage Answered(int taskId, EntityOutcome outcome) =>
        outcome.Failure is { } failure ? new TaskFailed(taskId, failure) : new TaskCompleted(taskId, outcome.Result);

    private void Carry(EntityAction action)
    {
        switch (action)
        {
            case EntitySignalAction signal:
                Enqueue(signal.Entity, signal.Request);
                break;
            case EntityStartAction start when !state.Orchestrations.TryGetValue(start.InstanceId, out var present) || present.IsFinished:
                Begin(start.InstanceId, start.Start, MayBeStored(start.InstanceId));
                break;
        }
    }

    /// <summary>Goes on with an entity, and with those that a lock goes on to from there.</summary>
    private void RunIfReady(EntityState entity)
    {
        // A loop, for the locks that one request asks for may be many.
        for (EntityState? next = entity; next is { BatchRunning: false };)
        {
            if (next.NextLock is { } request)
            {
                next = Grant(next, request);
            }
            else
            {
                RunBatch(next);
                return;
            }
        }
    }

    /// <summary>Runs the operations whose turn it is. Unlike a turn, a batch may have effects of its own: it waits for the commit.</summary>
    private void RunBatch(EntityState entity)
    {
        if (entity.NextBatch(_hazards.BatchLimit(MaxBatch)) is not { Count: > 0 } batch)
        {
            return;
        }

        entity.BatchRunning = true;
        Effects.Add(new RunBatch(new EntityBatch(entity.Entity, entity.State, [.. batch.Select(o => o.Request)]), [.. batch.Select(o => o.Sequence)]));
    }
}
