using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Simulation.Code;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <content>The records of the log: each follows from those before it, and what one sets off is in the same group.</content>
internal sealed partial class Witness
{
    /// <summary>What the present group still has to hold.</summary>
    private readonly HashSet<string> _promised = new(StringComparer.Ordinal);

    private readonly Dictionary<string, OrchestrationMessage> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _eventsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _stepsOf = new(StringComparer.Ordinal);

    private void Accept(LogRecord record, SimulatedProcess writer)
    {
        var present = State.Orchestrations.GetValueOrDefault(record.Key);
        switch (record)
        {
            case MessageArrived { Message: ExecutionStarted start } arrived:
                CheckStart(arrived, start, present);
                break;
            case MessageArrived { Message: var message }:
                verdict.Require(present is { IsFinished: false }, $"A {message.GetType().Name} has arrived at '{record.Key}', which does not live.");
                CheckMessage(message, present, writer);
                break;
            case TurnTaken turn:
                verdict.Require(present is { IsFinished: false }, $"'{record.Key}' has taken a turn and does not live.");
                CheckTurn(turn, present);
                break;
            case OperationArrived arrived:
                CheckOperation(arrived);
                break;
            case OperationsDue or BatchTaken or LockGranted or LockReleased:
                CheckEntity(record, writer);
                break;
            case InstancePurged:
                verdict.Require(present is null or { IsFinished: true }, $"'{record.Key}' was purged alive.");
                _purges[record.Key] = PurgesOf(record.Key) + 1;
                break;
        }

        var kept = record is TurnTaken { Decisions: [.., ContinuedAsNew] } ending ? KeptBy(ending, present!) : null;
        State.Apply(record);
        verdict.Require(
            kept is null || State.Orchestrations[record.Key].Inbox.Skip(1).SequenceEqual(kept),
            $"'{record.Key}' has continued as new without what had arrived for it.");
        VersionsOf(record.Key).Add(record.Key[0] == '@'
            ? State.Entities.GetValueOrDefault(record.Key)?.State ?? ""
            : Versions.Of(State.Orchestrations.GetValueOrDefault(record.Key)));
    }

    private void CheckStart(MessageArrived arrived, ExecutionStarted start, OrchestrationState? present)
    {
        var plan = Plan.Parse(start.Input!);
        verdict.Require(_arrived.Add(plan.Nonce), $"'{arrived.Key}' has been started twice by {plan.Nonce}.");
        verdict.Require(present is null || arrived.ReplacesStored, $"'{arrived.Key}' was there before, and its new start does not say so.");
        verdict.Require(
            _promised.Remove(plan.Nonce) || _replaceable.ContainsKey(plan.Nonce), $"Nobody has started '{arrived.Key}' as {plan.Nonce}.");
        verdict.Require(
            present is null || (present.IsFinished && _replaceable.GetValueOrDefault(plan.Nonce)?.Contains(present.Status) is not false),
            $"'{arrived.Key}' was {present?.Status} when {plan.Nonce} took its place.");
        _stepsOf[plan.Nonce] = plan.Steps;
        _eventsOf[arrived.Key] = [];
    }

    private void CheckMessage(OrchestrationMessage message, OrchestrationState instance, SimulatedProcess writer)
    {
        switch (message)
        {
            case TaskCompleted completed:
                CheckAnswer(completed, completed.TaskId, instance);
                break;
            case TaskFailed failed:
                CheckAnswer(failed, failed.TaskId, instance);
                break;
            case TimerFired fired:
                verdict.Require(
                    instance.Open.GetValueOrDefault(fired.TaskId) is TimerCreated timer && timer.FireAt <= writer.Clock.Latest,
                    $"Timer {fired.TaskId} of '{instance.InstanceId}' has fired and was not due.");
                break;
            case EventRaised raised:
                _eventsOf[instance.InstanceId].Add(raised.Input!);
                RequireAsked(raised.Input!);
                break;
            case ExecutionSuspended { Reason: var reason }:
                RequireAsked(reason!);
                break;
            case ExecutionResumed { Reason: var reason }:
                RequireAsked(reason!);
                break;
            case ExecutionTerminated { Output: { } order }:
                RequireAsked(order);
                break;
        }
    }

    /// <summary>Something that somebody sent has arrived, for the first time.</summary>
    private void RequireAsked(string id)
    {
        verdict.Require(_arrived.Add(id), $"{id} has arrived twice.");
        verdict.Require(_promised.Remove(id) || _asked.Contains(id), $"Nobody has sent {id}.");
    }

    private void CheckAnswer(OrchestrationMessage answer, int taskId, OrchestrationState instance)
    {
        verdict.Require(instance.Open.TryGetValue(taskId, out var decision), $"Task {taskId} of '{instance.InstanceId}' has been answered and is not open.");
        var task = TaskOf(instance.Start.ExecutionId, taskId);
        if (decision is ActivityScheduled)
        {
            verdict.Require(_results.GetValueOrDefault(task)?.Contains(ResultOf(answer)) is true, $"No run of {instance.InstanceId}/{taskId} has given {ResultOf(answer)}.");
            _done.Add(task);
        }
        else if (decision is SubOrchestrationScheduled child && _promised.Remove(Plan.Parse(child.Input!).Nonce))
        {
            verdict.Require(
                answer is TaskFailed && State.Orchestrations.GetValueOrDefault(child.InstanceId) is { IsFinished: false },
                $"'{child.InstanceId}' was not started by '{instance.InstanceId}', and does not live.");
        }
        else
        {
            verdict.Require(_promised.Remove(task), $"Nobody has answered {instance.InstanceId}/{taskId}.");
            verdict.Require(ResultOf(_answers[task]) == ResultOf(answer), $"{instance.InstanceId}/{taskId} was answered {ResultOf(answer)} instead of {ResultOf(_answers[task])}.");
        }
    }

    private void CheckTurn(TurnTaken turn, OrchestrationState instance)
    {
        verdict.Require(turn.Consumed <= instance.Inbox.Count, $"'{turn.Key}' has consumed {turn.Consumed} messages of {instance.Inbox.Count}.");
        verdict.Require(turn.At >= instance.LastUpdatedAt, $"The clock of '{turn.Key}' went back.");
        var (decisions, customStatus) = PlanRun.Run([.. instance.History, new TurnStarted(turn.At), .. instance.Inbox.Take(turn.Consumed)]);
        var expected = turn with { Decisions = [.. decisions.Skip(instance.History.Count(e => e is Decision))], CustomStatus = customStatus };
        verdict.Require(Json(expected) == Json(turn), $"A turn of '{turn.Key}' was\n{Json(turn)}\nand should have been\n{Json(expected)}");
        foreach (var decision in turn.Decisions)
        {
            Promise(decision, instance);
        }
    }

    /// <summary>What the next execution has to be given: what the ending one hands on, then the events and orders that it has not seen.</summary>
    private static List<OrchestrationMessage> KeptBy(TurnTaken ending, OrchestrationState instance) =>
    [
        .. ((ContinuedAsNew)ending.Decisions[^1]).CarriedOver,
        .. instance.Inbox.Skip(ending.Consumed).Where(m => m is not (TaskCompleted or TaskFailed or TimerFired)),
    ];

    private void Promise(Decision decision, OrchestrationState instance)
    {
        switch (decision)
        {
            case ActivityScheduled:
                _scheduled.Add(TaskOf(instance.Start.ExecutionId, decision.TaskId));
                break;
            case EntitySignaled signal:
                _promised.Add(signal.Input!);
                break;
            case EntityCalled call:
                _promised.Add(call.Input!);
                break;
            case EntitiesLocked locks:
                _promised.Add(LockOf(TaskOf(instance.Start.ExecutionId, locks.TaskId), locks.Entities[0]));
                break;
            case SubOrchestrationScheduled child:
                _promised.Add(Plan.Parse(child.Input!).Nonce);
                break;
            case EventSent sent when State.Orchestrations.GetValueOrDefault(sent.InstanceId) is { IsFinished: false }:
                _promised.Add(sent.Input!);
                break;
            case ExecutionCompleted end:
                Ended(end, instance);
                break;
        }
    }

    private void Ended(ExecutionCompleted end, OrchestrationState instance)
    {
        if (end.Outcome == ExecutionOutcome.Completed)
        {
            Completed++;
            CheckOutput(end.Output!, instance);
        }

        if (instance.Start.Parent is { } parent)
        {
            OrchestrationMessage answer = end.Outcome == ExecutionOutcome.Completed
                ? new TaskCompleted(parent.TaskId, end.Output)
                : new TaskFailed(parent.TaskId, end.Failure ?? new Failure("Terminated", end.Output ?? "The sub-orchestration was terminated."));
            PromiseAnswer(parent.InstanceId, parent.ExecutionId, parent.TaskId, answer);
        }
    }

    /// <summary>An answer goes to whoever still waits for it.</summary>
    private void PromiseAnswer(string instanceId, string executionId, int taskId, OrchestrationMessage answer)
    {
        if (State.Orchestrations.GetValueOrDefault(instanceId) is { IsFinished: false } asker && asker.Start.ExecutionId == executionId && asker.Open.ContainsKey(taskId))
        {
            var task = TaskOf(executionId, taskId);
            _answers[task] = answer;
            _promised.Add(task);
        }
    }

    private static string TaskOf(string executionId, int taskId) => $"{executionId}/{taskId}";

    private static string ResultOf(OrchestrationMessage answer) => answer switch
    {
        TaskCompleted completed => completed.Result ?? "nothing",
        TaskFailed failed => failed.Failure.Message,
        _ => throw new InvalidOperationException($"A {answer.GetType().Name} is no answer."),
    };

    private static string Json(LogRecord record) => JsonSerializer.Serialize(record, HubJson.Default.LogRecord);
}
