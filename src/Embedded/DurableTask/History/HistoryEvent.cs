using System.Text.Json.Serialization;

namespace Embedded.DurableTask.History;

/// <summary>
/// One entry of an orchestration's history. The history is the whole truth about an orchestration: what arrived (messages)
/// and what its code decided (decisions). Running the code against it again gives the same decisions.
/// </summary>
/// <remarks>
/// Stored in the commit log and in checkpoints: names and discriminators are a file format. Payloads (inputs, results, custom
/// status) are JSON texts that the engine never looks into. All times are UTC.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$e")]
[JsonDerivedType(typeof(TurnStarted), "turn")]
[JsonDerivedType(typeof(ExecutionStarted), "start")]
[JsonDerivedType(typeof(TaskCompleted), "done")]
[JsonDerivedType(typeof(TaskFailed), "fail")]
[JsonDerivedType(typeof(TimerFired), "fired")]
[JsonDerivedType(typeof(EventRaised), "event")]
[JsonDerivedType(typeof(ExecutionSuspended), "suspend")]
[JsonDerivedType(typeof(ExecutionResumed), "resume")]
[JsonDerivedType(typeof(ExecutionTerminated), "terminate")]
[JsonDerivedType(typeof(ActivityScheduled), "act")]
[JsonDerivedType(typeof(SubOrchestrationScheduled), "sub")]
[JsonDerivedType(typeof(TimerCreated), "timer")]
[JsonDerivedType(typeof(EventSent), "send")]
[JsonDerivedType(typeof(EntityCalled), "call")]
[JsonDerivedType(typeof(EntitySignaled), "signal")]
[JsonDerivedType(typeof(EntitiesLocked), "lock")]
[JsonDerivedType(typeof(EntitiesUnlocked), "unlock")]
[JsonDerivedType(typeof(ExecutionCompleted), "end")]
[JsonDerivedType(typeof(ContinuedAsNew), "again")]
internal abstract record HistoryEvent;

/// <summary>Opens a turn; <see cref="At"/> is what the orchestration's clock shows during it.</summary>
internal sealed record TurnStarted(DateTime At) : HistoryEvent;

/// <summary>What arrives at an orchestration from outside. It waits in the instance's inbox until a turn consumes it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$e")]
[JsonDerivedType(typeof(ExecutionStarted), "start")]
[JsonDerivedType(typeof(TaskCompleted), "done")]
[JsonDerivedType(typeof(TaskFailed), "fail")]
[JsonDerivedType(typeof(TimerFired), "fired")]
[JsonDerivedType(typeof(EventRaised), "event")]
[JsonDerivedType(typeof(ExecutionSuspended), "suspend")]
[JsonDerivedType(typeof(ExecutionResumed), "resume")]
[JsonDerivedType(typeof(ExecutionTerminated), "terminate")]
internal abstract record OrchestrationMessage : HistoryEvent;

/// <summary>The start; always the first message of an execution.</summary>
internal sealed record ExecutionStarted : OrchestrationMessage
{
    public required string ExecutionId { get; init; }
    public required string Name { get; init; }
    public string? Version { get; init; }
    public string? Input { get; init; }
    public required DateTime CreatedAt { get; init; }

    /// <summary>Not to be run before; null for at once.</summary>
    public DateTime? StartAt { get; init; }
    public ParentInstance? Parent { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public string? TraceParent { get; init; }
}

/// <summary>The orchestration that waits for this one: its id, execution, orchestrator name, and the id of the decision that started this one.</summary>
internal sealed record ParentInstance(string InstanceId, string ExecutionId, string Name, int TaskId);

/// <summary>An activity, a sub-orchestration or an entity call has come back with a result.</summary>
internal sealed record TaskCompleted(int TaskId, string? Result) : OrchestrationMessage;

/// <summary>An activity, a sub-orchestration or an entity call has failed.</summary>
internal sealed record TaskFailed(int TaskId, Failure Failure) : OrchestrationMessage;

/// <summary>A timer is due.</summary>
internal sealed record TimerFired(int TaskId) : OrchestrationMessage;

/// <summary>An external event. <see cref="Name"/> is compared without regard to case.</summary>
internal sealed record EventRaised(string Name, string? Input) : OrchestrationMessage
{
    /// <summary>Held back until then; null for what has reached the inbox.</summary>
    public DateTime? NotBefore { get; init; }
}

internal sealed record ExecutionSuspended(string? Reason) : OrchestrationMessage;

internal sealed record ExecutionResumed(string? Reason) : OrchestrationMessage;

internal sealed record ExecutionTerminated(string? Output, bool Recursive) : OrchestrationMessage;

/// <summary>
/// What an orchestrator's code decided in a turn. <see cref="TaskId"/> counts an execution's decisions from 0; code that gives
/// another decision for the same id when it runs again is not deterministic.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$e")]
[JsonDerivedType(typeof(ActivityScheduled), "act")]
[JsonDerivedType(typeof(SubOrchestrationScheduled), "sub")]
[JsonDerivedType(typeof(TimerCreated), "timer")]
[JsonDerivedType(typeof(EventSent), "send")]
[JsonDerivedType(typeof(EntityCalled), "call")]
[JsonDerivedType(typeof(EntitySignaled), "signal")]
[JsonDerivedType(typeof(EntitiesLocked), "lock")]
[JsonDerivedType(typeof(EntitiesUnlocked), "unlock")]
[JsonDerivedType(typeof(ExecutionCompleted), "end")]
[JsonDerivedType(typeof(ContinuedAsNew), "again")]
internal abstract record Decision : HistoryEvent
{
    public required int TaskId { get; init; }
}

internal sealed record ActivityScheduled(string Name, string? Input) : Decision
{
    public string? Version { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

internal sealed record SubOrchestrationScheduled(string Name, string InstanceId, string? Input) : Decision
{
    public string? Version { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

internal sealed record TimerCreated(DateTime FireAt) : Decision;

internal sealed record EventSent(string InstanceId, string Name, string? Input) : Decision;

/// <summary>A call whose answer arrives as <see cref="TaskCompleted"/> or <see cref="TaskFailed"/>. <see cref="Entity"/> is <c>@name@key</c>.</summary>
internal sealed record EntityCalled(string Entity, string Operation, string? Input) : Decision;

internal sealed record EntitySignaled(string Entity, string Operation, string? Input) : Decision
{
    /// <summary>Not to be delivered before; null for at once.</summary>
    public DateTime? DeliverAt { get; init; }
}

/// <summary>
/// A request for locks on entities, answered by a <see cref="TaskCompleted"/> when all are held. <see cref="Entities"/>
/// (<c>@name@key</c>) stand in the order in which they are locked, which is the same for everybody, and none stands twice.
/// </summary>
internal sealed record EntitiesLocked(IReadOnlyList<string> Entities) : Decision;

/// <summary>The release of what the <see cref="EntitiesLocked"/> with the id <see cref="LockId"/> has locked.</summary>
internal sealed record EntitiesUnlocked(int LockId, IReadOnlyList<string> Entities) : Decision;

/// <summary>The end of an execution. Always the last decision.</summary>
internal sealed record ExecutionCompleted(ExecutionOutcome Outcome, string? Output, Failure? Failure) : Decision;

/// <summary>The end of an execution that starts over. Messages that <see cref="CarriedOver"/> names are given to the next execution first.</summary>
internal sealed record ContinuedAsNew(string? Input, IReadOnlyList<EventRaised> CarriedOver) : Decision
{
    public string? Version { get; init; }
}

internal enum ExecutionOutcome
{
    Completed,
    Failed,
    Terminated,
}
