using Embedded.DurableTask.Execution;

namespace Embedded.DurableTask.Engine;

/// <summary>What a step asks for once its records are durable, and never before.</summary>
internal abstract record Effect;

/// <summary>Run an activity.</summary>
internal sealed record RunActivity(ActivityWork Work) : Effect;

/// <summary>Run a batch of an entity's operations; <paramref name="Sequences"/> are their numbers in the queue.</summary>
internal sealed record RunBatch(EntityBatch Batch, IReadOnlyList<long> Sequences) : Effect;

/// <summary>An instance has begun to run or has ended; whoever waits for that can be told.</summary>
internal sealed record InstanceMoved(string InstanceId) : Effect;

/// <summary>An execution takes no more turns.</summary>
internal sealed record ExecutionEnded(string InstanceId, string ExecutionId) : Effect;

/// <summary>
/// A moment at which <see cref="Key"/> wants to be looked at: a timer of an orchestration (<see cref="TaskId"/> of
/// <see cref="ExecutionId"/>), a scheduled start, or (<see cref="ExecutionId"/> null) an entity's scheduled operation.
/// </summary>
internal sealed record DueTimer(DateTime At, string Key, string? ExecutionId = null, int? TaskId = null);
