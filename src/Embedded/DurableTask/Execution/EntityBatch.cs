using System.Text.Json.Serialization;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Execution;

/// <summary>An operation sent to an entity.</summary>
/// <param name="Operation">Its name, compared without regard to case.</param>
/// <param name="Input">JSON; null for none.</param>
/// <param name="Caller">Who waits for the answer; null for a signal.</param>
internal sealed record EntityRequest(string Operation, string? Input, EntityCaller? Caller)
{
    /// <summary>Not to be run before; null for at once.</summary>
    public DateTime? DeliverAt { get; init; }

    /// <summary>
    /// Whether this is no operation but asks for a lock on behalf of the caller. Which other entities it goes on to is in the
    /// caller's own state; no runner sees it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLock { get; init; }
}

/// <summary>The orchestration, its execution and the decision that a call or a lock came from.</summary>
internal sealed record EntityCaller(string InstanceId, string ExecutionId, int TaskId)
{
    public bool IsOfSameExecution(EntityCaller? other) => other is not null && other.InstanceId == InstanceId && other.ExecutionId == ExecutionId;
}

/// <summary>A batch of operations to be run on an entity, in order.</summary>
/// <param name="Entity"><c>@name@key</c>, the name in lower case.</param>
/// <param name="State">JSON; null when the entity has no state.</param>
/// <param name="Requests">At least one.</param>
internal sealed record EntityBatch(string Entity, string? State, IReadOnlyList<EntityRequest> Requests);

/// <summary>What became of one operation: its result (JSON), or its failure, which has rolled its changes back.</summary>
internal sealed record EntityOutcome(string? Result, Failure? Failure);

/// <summary>Something an entity operation sends out.</summary>
internal abstract record EntityAction;

internal sealed record EntitySignalAction(string Entity, EntityRequest Request) : EntityAction;

internal sealed record EntityStartAction(string InstanceId, ExecutionStarted Start) : EntityAction;

/// <summary>What a batch did.</summary>
/// <param name="State">The state after the last operation; null deletes the entity.</param>
/// <param name="Outcomes">One for each request, in order.</param>
/// <param name="Actions">What the operations that succeeded sent out, in order.</param>
internal sealed record EntityBatchResult(string? State, IReadOnlyList<EntityOutcome> Outcomes, IReadOnlyList<EntityAction> Actions);

/// <summary>Runs entity operations. A batch may be run again if the host ended before its result was stored.</summary>
internal interface IEntityRunner
{
    /// <summary>Runs the batch. Faults of operations and unknown entities are outcomes, not exceptions.</summary>
    ValueTask<EntityBatchResult> RunAsync(EntityBatch batch, CancellationToken cancellationToken);
}
