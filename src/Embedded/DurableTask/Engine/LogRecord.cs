using System.Text.Json.Serialization;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// One entry of the commit log: a change of exactly one instance or entity. The hub's state is the fold of all records in the
/// order of the log; nothing else changes it.
/// </summary>
/// <remarks>A file format, like <see cref="HistoryEvent"/>. <see cref="Key"/> is an instance id or an entity's <c>@name@key</c>.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$r")]
[JsonDerivedType(typeof(MessageArrived), "msg")]
[JsonDerivedType(typeof(TurnTaken), "turn")]
[JsonDerivedType(typeof(OperationArrived), "op")]
[JsonDerivedType(typeof(OperationsDue), "due")]
[JsonDerivedType(typeof(BatchTaken), "batch")]
[JsonDerivedType(typeof(LockGranted), "granted")]
[JsonDerivedType(typeof(LockReleased), "released")]
[JsonDerivedType(typeof(InstancePurged), "purge")]
[JsonDerivedType(typeof(EventsReleased), "events")]
internal abstract record LogRecord(string Key);

/// <summary>A message has reached an instance's inbox. An <see cref="ExecutionStarted"/> makes the instance, in place of one that ended.</summary>
internal sealed record MessageArrived(string Key, OrchestrationMessage Message) : LogRecord(Key)
{
    /// <summary>With an <see cref="ExecutionStarted"/>: whether storage may hold an instance of this id that ended before.</summary>
    public bool ReplacesStored { get; init; }
}

/// <summary>An orchestration has taken a turn.</summary>
/// <param name="At">What the orchestration's clock showed.</param>
/// <param name="Consumed">How many messages it took from the front of the inbox.</param>
/// <param name="Decisions">What it decided.</param>
/// <param name="CustomStatus">The custom status after it.</param>
/// <param name="NextExecutionId">With <see cref="ContinuedAsNew"/>: the id of the execution that follows.</param>
internal sealed record TurnTaken(
    string Key, DateTime At, int Consumed, IReadOnlyList<Decision> Decisions, string? CustomStatus, string? NextExecutionId = null)
    : LogRecord(Key);

/// <summary>An operation has reached an entity. One that is not to be run before a time waits beside the queue until then.</summary>
/// <param name="Sequence">Its number in the queue, so that a later <see cref="BatchTaken"/> names it wherever the fold begins.</param>
internal sealed record OperationArrived(string Key, long Sequence, EntityRequest Request) : LogRecord(Key);

/// <summary>The time of operations has come: they join the end of the queue, in this order.</summary>
/// <param name="Sequences">The operations, by their numbers.</param>
internal sealed record OperationsDue(string Key, IReadOnlyList<long> Sequences) : LogRecord(Key);

/// <summary>An entity has run a batch of the operations in its queue.</summary>
/// <param name="Sequences">The operations it ran, by their number in the queue.</param>
/// <param name="State">The entity's state after it; null when it has none.</param>
internal sealed record BatchTaken(string Key, DateTime At, IReadOnlyList<long> Sequences, string? State) : LogRecord(Key);

/// <summary>An entity has been locked for the caller of a request in its queue, which leaves the queue.</summary>
/// <param name="Sequence">The request, by its number in the queue.</param>
internal sealed record LockGranted(string Key, DateTime At, long Sequence) : LogRecord(Key);

/// <summary>A caller's lock on an entity has ended, or its request for one has been dropped.</summary>
/// <param name="Holder">The decision that asked for it. A lock of anybody else stays.</param>
internal sealed record LockReleased(string Key, DateTime At, EntityCaller Holder) : LogRecord(Key);

/// <summary>The events that were held back up to a moment reach the instance's inbox.</summary>
internal sealed record EventsReleased(string Key, DateTime UpTo) : LogRecord(Key);

/// <summary>A finished instance has been removed.</summary>
internal sealed record InstancePurged(string Key) : LogRecord(Key);
