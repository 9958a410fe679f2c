using System.Diagnostics;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Engine;

internal sealed partial class Step
{
    /// <summary>A turn has been run.</summary>
    public void TurnFinished(OrchestrationTurn turn, OrchestrationTurnResult result)
    {
        // An instance that ended otherwise or was replaced meanwhile has no use for it.
        if (!state.Orchestrations.TryGetValue(turn.InstanceId, out var instance) || !instance.TurnRunning || instance.Start.ExecutionId != turn.ExecutionId)
        {
            return;
        }

        instance.TurnRunning = false;
        var first = instance.Status == InstanceStatus.Pending;
        var started = (TurnStarted)turn.News[0];
        var again = result.Decisions.Count > 0 && result.Decisions[^1] is ContinuedAsNew;
        var ended = result.Decisions.Count > 0 && result.Decisions[^1] is ExecutionCompleted;
        var isRecursive = ended && turn.News.Any(m => m is ExecutionTerminated { Recursive: true });
        var orphans = isRecursive ? Children(instance) : [];
        var locks = LocksAfter(instance, result.Decisions);
        Commit(new TurnTaken(turn.InstanceId, started.At, turn.News.Count - 1, result.Decisions, result.CustomStatus, again ? newExecutionId() : null));

        foreach (var decision in result.Decisions)
        {
            Carry(instance, turn, decision);
        }

        if (ended || again)
        {
            Unlock(instance, turn.ExecutionId, locks?.TaskId, locks?.Entities);
        }

        if (isRecursive)
        {
            // One that was started in this very turn; an id that was refused is somebody else's.
            orphans.AddRange(result.Decisions.OfType<SubOrchestrationScheduled>().Select(c => c.InstanceId)
                .Where(id => state.Orchestrations.TryGetValue(id, out var child) && child.Start.Parent?.ExecutionId == turn.ExecutionId));
        }

        foreach (var child in orphans)
        {
            Send(child, new ExecutionTerminated(null, Recursive: true));
        }

        if (first || ended)
        {
            Effects.Add(new InstanceMoved(turn.InstanceId));
        }

        if (ended || again)
        {
            Effects.Add(new ExecutionEnded(turn.InstanceId, turn.ExecutionId));
        }

        RunIfReady(instance);
    }

    private static List<string> Children(OrchestrationState instance) =>
        [.. instance.Open.Values.OfType<SubOrchestrationScheduled>().Select(c => c.InstanceId)];

    /// <summary>Sets going what a decision asks for.</summary>
    private void Carry(OrchestrationState instance, OrchestrationTurn turn, Decision decision)
    {
        switch (decision)
        {
            case ActivityScheduled activity:
                Effects.Add(Work(instance, turn.ExecutionId, activity));
                break;
            case TimerCreated timer:
                Timers.Add(Due(instance, turn.ExecutionId, timer));
                break;
            case SubOrchestrationScheduled child:
                BeginChild(instance, turn, child);
                break;
            case EventSent sent:
                Send(sent.InstanceId, new EventRaised(sent.Name, sent.Input));
                break;
            case EntityCalled call:
                Enqueue(call.Entity, new EntityRequest(call.Operation, call.Input, new EntityCaller(instance.InstanceId, turn.ExecutionId, call.TaskId)));
                break;
            case EntitySignaled signal:
                Enqueue(signal.Entity, new EntityRequest(signal.Operation, signal.Input, null) { DeliverAt = signal.DeliverAt });
                break;
            case EntitiesLocked locks:
                Lock(instance, turn.ExecutionId, locks);
                break;
            case EntitiesUnlocked unlocked:
                Unlock(instance, turn.ExecutionId, unlocked.LockId, unlocked.Entities);
                break;
            case ExecutionCompleted end when instance.Start.Parent is { } parent:
                Answer(parent.InstanceId, parent.ExecutionId, parent.TaskId, Answered(parent.TaskId, end));
                break;
            case ExecutionCompleted or ContinuedAsNew:
                break;
            default:
                throw new UnreachableException($"A decision of type {decision.GetType().Name} has no effect.");
        }
    }

    private static OrchestrationMessage Answered(int taskId, ExecutionCompleted end) => end.Outcome switch
    {
        ExecutionOutcome.Completed => new TaskCompleted(taskId, end.Output),
        ExecutionOutcome.Failed => new TaskFailed(taskId, end.Failure ?? new Failure("Unknown", end.Output ?? "The sub-orchestration failed.")),
        _ => new TaskFailed(taskId, new Failure("Terminated", end.Output ?? "The sub-orchestration was terminated.")),
    };

    private void BeginChild(OrchestrationState parent, OrchestrationTurn turn, SubOrchestrationScheduled child)
    {
        if (state.Orchestrations.TryGetValue(child.InstanceId, out var present) && !present.IsFinished)
        {
            var message = $"An Orchestration instance with the ID {child.InstanceId} already exists.";
            Answer(parent.InstanceId, turn.ExecutionId, child.TaskId, new TaskFailed(child.TaskId, new Failure(typeof(InvalidOperationException).FullName!, message)));
            return;
        }

        var start = new ExecutionStarted
        {
            ExecutionId = newExecutionId(),
            Name = child.Name,
            Version = child.Version,
            Input = child.Input,
            Tags = child.Tags,
            CreatedAt = now,
            Parent = new ParentInstance(parent.InstanceId, turn.ExecutionId, parent.Start.Name, child.TaskId),
            TraceParent = parent.Start.TraceParent,
        };
        Begin(child.InstanceId, start, MayBeStored(child.InstanceId));
    }

    /// <summary>An id that was made for this very start is in no storage; one that somebody chose may be.</summary>
    private static bool MayBeStored(string instanceId) => !Guid.TryParseExact(instanceId, "N", out _);

    private void Begin(string instanceId, ExecutionStarted start, bool replacesStored)
    {
        Commit(new MessageArrived(instanceId, Delay(start)) { ReplacesStored = replacesStored });
        Resume(state.Orchestrations[instanceId]);
    }

    private void Resume(OrchestrationState instance)
    {
        foreach (var decision in instance.Open.Values)
        {
            switch (decision)
            {
                case ActivityScheduled activity:
                    Effects.Add(Work(instance, instance.Start.ExecutionId, activity));
                    break;
                case TimerCreated timer:
                    Timers.Add(Due(instance, instance.Start.ExecutionId, timer));
                    break;
            }
        }

        if (instance.Status == InstanceStatus.Pending && instance.Start.StartAt is { } startAt && startAt > now)
        {
            Timers.Add(new DueTimer(startAt, instance.InstanceId, instance.Start.ExecutionId));
        }

        Timers.AddRange((instance.Held ?? []).Select(e => new DueTimer(e.NotBefore!.Value, instance.InstanceId)));

        RunIfReady(instance);
    }

    private static RunActivity Work(OrchestrationState instance, string executionId, ActivityScheduled activity) =>
        new(new ActivityWork(instance.InstanceId, executionId, activity.TaskId, activity.Name, activity.Input) { TraceParent = instance.Start.TraceParent });

    private void Answer(string instanceId, string executionId, int taskId, OrchestrationMessage answer)
    {
        if (state.Orchestrations.TryGetValue(instanceId, out var instance) && instance.Start.ExecutionId == executionId && instance.Open.ContainsKey(taskId))
        {
            Arrive(instance, answer);
        }
    }

    private void Arrive(OrchestrationState instance, OrchestrationMessage message)
    {
        Commit(new MessageArrived(instance.InstanceId, message));
        if (message is EventRaised { NotBefore: { } release })
        {
            Timers.Add(new DueTimer(release, instance.InstanceId));
        }

        RunIfReady(instance);
    }

    /// <summary>Gives an instance the events that were held back until then.</summary>
    private void Release(OrchestrationState instance, DateTime upTo)
    {
        if (instance.Held?.Exists(e => e.NotBefore <= upTo) == true)
        {
            Commit(new EventsReleased(instance.InstanceId, upTo));
        }
    }

    private EventRaised HoldBack(EventRaised raised) =>
        _hazards.EventDelay() is { Ticks: > 0 } delay ? raised with { NotBefore = now + delay } : raised;

    private ExecutionStarted Delay(ExecutionStarted start) =>
        _hazards.StartDelay() is { Ticks: > 0 } delay ? start with { StartAt = (start.StartAt > now ? start.StartAt : now) + delay } : start;

    private DueTimer Due(OrchestrationState instance, string executionId, TimerCreated timer) =>
        new(timer.FireAt - _hazards.TimerLead(timer.FireAt - now), instance.InstanceId, executionId, timer.TaskId);

    private void RunIfReady(OrchestrationState instance) => RunIfReady(instance, now);

    private void RunIfReady(OrchestrationState instance, DateTime upTo)
    {
        if (!instance.IsReady(upTo))
        {
            return;
        }

        instance.TurnRunning = true;

        // Within one instance the clock never goes back, whatever the machine's does.
        var at = now > instance.LastUpdatedAt ? now : instance.LastUpdatedAt;
        Turns.Add(new OrchestrationTurn(instance.InstanceId, instance.Start.ExecutionId, instance.History, [new TurnStarted(at), .. instance.Inbox]));
    }
}
