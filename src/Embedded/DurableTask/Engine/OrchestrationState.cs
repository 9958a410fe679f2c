using System.Diagnostics;
using System.Text.Json.Serialization;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Engine;

/// <summary>One orchestration instance: the fold of its records. Changed by <c>Apply</c> methods only.</summary>
internal sealed class OrchestrationState
{
    public required string InstanceId { get; init; }

    /// <summary>The start of the present execution.</summary>
    public required ExecutionStarted Start { get; set; }

    public InstanceStatus Status { get; set; }

    public DateTime LastUpdatedAt { get; set; }

    public string? CustomStatus { get; set; }

    public string? Output { get; set; }

    public Failure? Failure { get; set; }

    /// <summary>The present execution's history. Only ever appended to; a new execution gets a new list. Empty once it has ended.</summary>
    public List<HistoryEvent> History { get; set; } = [];

    /// <summary>What has arrived and no turn has consumed.</summary>
    public List<OrchestrationMessage> Inbox { get; set; } = [];

    /// <summary>
    /// Events that have been accepted and are held back, in the order of their arrival; null for none. They belong to the
    /// instance: the next execution gets them too.
    /// </summary>
    public List<EventRaised>? Held { get; set; }

    /// <summary>Decisions that wait for an answer, by task id. An answer to anything else is a duplicate or late, and dropped.</summary>
    public Dictionary<int, Decision> Open { get; set; } = [];

    /// <summary>The locks that the present execution holds or waits for; null for none. There is one set at a time.</summary>
    public EntitiesLocked? Locks { get; set; }

    /// <summary>The ids of the sub-orchestrations it has started; null for none.</summary>
    public List<string>? Children { get; set; }

    /// <summary>Whether a turn is being run now. Belongs to the process, not to the fold.</summary>
    [JsonIgnore]
    public bool TurnRunning { get; set; }

    [JsonIgnore]
    public bool IsFinished => Status.IsEnd();

    /// <summary>Whether storage may hold an instance of this id that ended before.</summary>
    public bool ReplacesStored { get; init; }

    public static OrchestrationState From(string instanceId, ExecutionStarted start, bool replacesStored) => new()
    {
        InstanceId = instanceId,
        Start = start,
        Status = InstanceStatus.Pending,
        LastUpdatedAt = start.CreatedAt,
        Inbox = [start],
        ReplacesStored = replacesStored,
    };

    /// <summary>Whether a turn should be run at <paramref name="now"/>: something waits, and its start time has come.</summary>
    public bool IsReady(DateTime now) =>
        !TurnRunning && !IsFinished && Inbox.Count > 0
        && (Status != InstanceStatus.Pending || Start.StartAt is not { } startAt || startAt <= now || Inbox.Exists(m => m is ExecutionTerminated));

    public void Apply(OrchestrationMessage message)
    {
        if (IsFinished)
        {
            return;
        }

        switch (message)
        {
            case TaskCompleted { TaskId: var id } when !Open.Remove(id):
            case TaskFailed { TaskId: var failed } when !Open.Remove(failed):
            case TimerFired { TaskId: var fired } when !Open.Remove(fired):
                return;
            case EventRaised { NotBefore: not null } early:
                (Held ??= []).Add(early);
                return;
            default:
                Inbox.Add(message);
                return;
        }
    }

    public void Apply(EventsReleased released)
    {
        var due = (Held ?? []).ToLookup(e => e.NotBefore <= released.UpTo);
        Inbox.AddRange(due[true].OrderBy(e => e.NotBefore).Select(e => e with { NotBefore = null }));
        Held = due[false].Any() ? [.. due[false]] : null;
    }

    public void Apply(TurnTaken turn)
    {
        History.Add(new TurnStarted(turn.At));
        for (var i = 0; i < turn.Consumed; i++)
        {
            History.Add(Inbox[i]);
            Status = Inbox[i] switch
            {
                ExecutionSuspended => InstanceStatus.Suspended,
                ExecutionResumed or ExecutionStarted => InstanceStatus.Running,
                _ => Status,
            };
        }

        Inbox.RemoveRange(0, turn.Consumed);
        LastUpdatedAt = turn.At;
        CustomStatus = turn.CustomStatus;
        foreach (var decision in turn.Decisions)
        {
            Apply(decision, turn);
        }
    }

    private void Apply(Decision decision, TurnTaken turn)
    {
        switch (decision)
        {
            case ExecutionCompleted end:
                Finish(end);
                return;
            case ContinuedAsNew again:
                StartOver(again, turn);
                return;
            case SubOrchestrationScheduled child:
                (Children ??= []).Add(child.InstanceId);
                Open[child.TaskId] = child;
                break;
            case EntitiesLocked locks:
                Locks = locks;
                Open[locks.TaskId] = locks;
                break;
            case EntitiesUnlocked:
                Locks = null;
                break;
            case ActivityScheduled or TimerCreated or EntityCalled:
                Open[decision.TaskId] = decision;
                break;
        }

        History.Add(decision);
    }

    private void Finish(ExecutionCompleted end)
    {
        Status = end.Outcome switch
        {
            ExecutionOutcome.Completed => InstanceStatus.Completed,
            ExecutionOutcome.Failed => InstanceStatus.Failed,
            ExecutionOutcome.Terminated => InstanceStatus.Terminated,
            _ => throw new UnreachableException(),
        };
        Output = end.Output;
        Failure = end.Failure;
        History = [];
        Inbox = [];
        Held = null;
        Open = [];
        Locks = null;
    }

    private void StartOver(ContinuedAsNew again, TurnTaken turn)
    {
        Start = Start with
        {
            ExecutionId = turn.NextExecutionId ?? throw new InvalidDataException($"The record that continues '{InstanceId}' as new names no execution."),
            Input = again.Input,
            Version = again.Version ?? Start.Version,
            CreatedAt = turn.At,
            StartAt = null,
        };

        // Answers belong to the execution that asked; events and orders belong to the instance.
        var kept = Inbox.Where(m => m is EventRaised or ExecutionTerminated or ExecutionSuspended or ExecutionResumed);
        Inbox = [Start, .. again.CarriedOver, .. kept];
        History = [];
        Open = [];
        Locks = null;
        Children = null;
    }
}
