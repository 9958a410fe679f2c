using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

internal sealed partial class Step
{
    /// <summary>An operation is sent to an entity, which comes to be if it does not exist.</summary>
    public void Enqueue(string entityKey, EntityRequest request)
    {
        var sequence = state.Entities.TryGetValue(entityKey, out var present) ? present.NextSequence : 0;
        Commit(new OperationArrived(entityKey, sequence, request));
        var entity = state.Entities[entityKey];
        if (request.DeliverAt is { } at && at > now)
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
                Begin(start.InstanceId, start.Start);
                break;
        }
    }

    /// <summary>Runs the operations that are due. Unlike a turn, a batch may have effects of its own: it waits for the commit.</summary>
    private void RunIfReady(EntityState entity)
    {
        if (entity.BatchRunning || entity.Due(now).Take(_hazards.BatchLimit(MaxBatch)).ToList() is not { Count: > 0 } due)
        {
            return;
        }

        entity.BatchRunning = true;
        Effects.Add(new RunBatch(new EntityBatch(entity.Entity, entity.State, [.. due.Select(o => o.Request)]), [.. due.Select(o => o.Sequence)]));
    }
}
