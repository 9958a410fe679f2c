using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Simulation.Code;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <content>The records of entities: operations run in the order of the queue, each once, and none past somebody else's lock.</content>
internal sealed partial class Witness
{
    private void CheckOperation(OperationArrived arrived)
    {
        var next = State.Entities.GetValueOrDefault(arrived.Key)?.NextSequence ?? 0;
        verdict.Require(arrived.Sequence == next, $"An operation of {arrived.Key} has number {arrived.Sequence} instead of {next}.");
        if (arrived.Request is { IsLock: true, Caller: { } caller })
        {
            RequireAsked(LockOf(TaskOf(caller.ExecutionId, caller.TaskId), arrived.Key));
        }
        else
        {
            RequireAsked(arrived.Request.Input!);
        }
    }

    private void CheckEntity(LogRecord record, SimulatedProcess writer)
    {
        var entity = State.Entities.GetValueOrDefault(record.Key);
        verdict.Require(entity is not null, $"{record.Key} does not exist, and has a {record.GetType().Name}.");
        switch (record)
        {
            case OperationsDue due:
                verdict.Require(
                    due.Sequences.All(s => entity.Scheduled.Any(o => o.Sequence == s && o.Request.DeliverAt <= writer.Clock.Latest)),
                    $"The time of operations {string.Join(", ", due.Sequences)} of {record.Key} has not come.");
                break;
            case BatchTaken batch:
                CheckBatch(batch, entity);
                break;
            case LockGranted granted:
                CheckGrant(granted, entity);
                break;
            case LockReleased released:
                verdict.Require(entity.IsLockedOrAwaitedBy(released.Holder), $"{record.Key} was released by {released.Holder}, who had no lock.");
                verdict.Require(!Wants(released.Holder), $"The lock of {released.Holder} on {record.Key} has ended while it was wanted.");
                break;
        }
    }

    private void CheckBatch(BatchTaken batch, EntityState entity)
    {
        var ran = entity.NextBatch(batch.Sequences.Count);
        verdict.Require(
            ran.Count > 0 && ran.Select(o => o.Sequence).SequenceEqual(batch.Sequences),
            $"{batch.Key} has run operations {string.Join(", ", batch.Sequences)} instead of {string.Join(", ", ran.Select(o => o.Sequence))}.");
        var expected = CounterEntity.Run(entity.State, ran.Select(o => o.Request));
        verdict.Require(expected.State == batch.State, $"{batch.Key} should be '{expected.State}', and is '{batch.State}'.");
        foreach (var action in expected.Actions)
        {
            _promised.Add(action is EntitySignalAction signal ? signal.Request.Input! : ((EntityStartAction)action).InstanceId);
        }

        foreach (var (operation, outcome) in ran.Zip(expected.Outcomes))
        {
            if (operation.Request.Caller is { } caller)
            {
                OrchestrationMessage answer = outcome.Failure is { } failure ? new TaskFailed(caller.TaskId, failure) : new TaskCompleted(caller.TaskId, outcome.Result);
                PromiseAnswer(caller.InstanceId, caller.ExecutionId, caller.TaskId, answer);
            }
        }
    }

    private void CheckGrant(LockGranted granted, EntityState entity)
    {
        verdict.Require(entity.NextLock is { } next && next.Sequence == granted.Sequence, $"It is not the turn of request {granted.Sequence} to lock {granted.Key}.");
        var caller = entity.NextLock!.Request.Caller!;
        verdict.Require(Wants(caller), $"{granted.Key} was locked for {caller}, who does not want it any more.");
        var entities = State.Orchestrations[caller.InstanceId].Locks!.Entities;
        if (entities[^1] == granted.Key)
        {
            PromiseAnswer(caller.InstanceId, caller.ExecutionId, caller.TaskId, new TaskCompleted(caller.TaskId, null));
        }
        else
        {
            _promised.Add(LockOf(TaskOf(caller.ExecutionId, caller.TaskId), entities[entities.ToList().IndexOf(granted.Key) + 1]));
        }
    }

    private bool Wants(EntityCaller caller) =>
        State.Orchestrations.GetValueOrDefault(caller.InstanceId) is { IsFinished: false } instance
        && instance.Start.ExecutionId == caller.ExecutionId
        && instance.Locks?.TaskId == caller.TaskId;

    private static string LockOf(string task, string entity) => $"lock {task} {entity}";
}
