using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Hub;

/// <summary>
/// A task hub as its clients see it. Every call that changes something returns when the change is durable; every answer shows
/// durable state only.
/// </summary>
internal interface ITaskHub
{
    /// <summary>Starts an instance.</summary>
    /// <param name="replaceable">
    /// The statuses in which an instance of the same id may be replaced by the new one; null when the id was made for this start,
    /// so that nobody need look for one.
    /// </param>
    /// <returns>Null when it was started, else the status of the instance that is in the way.</returns>
    Task<InstanceStatus?> StartAsync(
        string instanceId, ExecutionStarted start, IReadOnlySet<InstanceStatus>? replaceable, CancellationToken cancellationToken);

    /// <summary>Delivers a message to an instance.</summary>
    /// <returns>Whether it was delivered; a missing or finished instance takes none.</returns>
    Task<Delivery> SendAsync(string instanceId, OrchestrationMessage message, CancellationToken cancellationToken);

    /// <summary>The instance, or null.</summary>
    Task<InstanceView?> GetAsync(string instanceId, bool withPayloads, CancellationToken cancellationToken);

    /// <summary>Instances that match, in an order that does not change, at most <paramref name="pageSize"/>, after <paramref name="afterId"/>.</summary>
    Task<IReadOnlyList<InstanceView>> QueryAsync(
        InstanceFilter filter, string? afterId, int pageSize, bool withPayloads, CancellationToken cancellationToken);

    /// <summary>The instance when it has reached an end (<paramref name="started"/>: when it has begun to run). Null when there is none.</summary>
    Task<InstanceView?> WaitAsync(string instanceId, bool started, bool withPayloads, CancellationToken cancellationToken);

    /// <summary>Removes a finished instance (with <paramref name="recursive"/> its sub-orchestrations too).</summary>
    /// <returns>How many instances were removed; 0 for a missing or live one.</returns>
    Task<int> PurgeAsync(string instanceId, bool recursive, CancellationToken cancellationToken);

    /// <summary>Delivers an operation to an entity, which comes to be if it does not exist.</summary>
    Task SignalEntityAsync(string entity, EntityRequest request, CancellationToken cancellationToken);

    /// <summary>The entity, or null when it has no state.</summary>
    Task<EntityView?> GetEntityAsync(string entity, CancellationToken cancellationToken);

    /// <summary>Entities that match, ordered by their <c>@name@key</c>, at most <paramref name="pageSize"/>, after <paramref name="afterEntity"/>.</summary>
    Task<IReadOnlyList<EntityView>> QueryEntitiesAsync(
        EntityFilter filter, string? afterEntity, int pageSize, CancellationToken cancellationToken);

    /// <summary>Looks through a part of the entities, those after <paramref name="afterEntity"/> in the order of a query, for what nobody else clears up.</summary>
    /// <param name="releaseOrphans">Whether to free those that are locked by an execution that is gone.</param>
    /// <param name="removeEmpty">Whether to count those that are gone with that because they hold nothing else.</param>
    Task<EntityCleaning> CleanEntitiesAsync(bool removeEmpty, bool releaseOrphans, string? afterEntity, CancellationToken cancellationToken);
}

internal enum InstanceStatus
{
    Pending,
    Running,
    Suspended,
    Completed,
    Failed,
    Terminated,
}

internal static class InstanceStatuses
{
    /// <summary>Whether an instance of this status takes no more.</summary>
    public static bool IsEnd(this InstanceStatus status) => status is InstanceStatus.Completed or InstanceStatus.Failed or InstanceStatus.Terminated;
}

internal enum Delivery
{
    Delivered,
    NotFound,
    Finished,
}

/// <summary>What a client may know of an instance. Payloads are null when they were not asked for.</summary>
internal sealed record InstanceView
{
    public required string InstanceId { get; init; }
    public required string ExecutionId { get; init; }
    public required string Name { get; init; }
    public required InstanceStatus Status { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime LastUpdatedAt { get; init; }
    public string? Version { get; init; }
    public string? Input { get; init; }
    public string? Output { get; init; }
    public string? CustomStatus { get; init; }
    public Failure? Failure { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public ParentInstance? Parent { get; init; }

    /// <summary>The ids of the sub-orchestrations it has started; null for none.</summary>
    public IReadOnlyList<string>? Children { get; init; }
}

/// <summary>Which instances a query asks for; what is null does not restrict.</summary>
internal sealed record InstanceFilter
{
    public DateTime? CreatedFrom { get; init; }
    public DateTime? CreatedTo { get; init; }
    public IReadOnlySet<InstanceStatus>? Statuses { get; init; }
    public string? IdPrefix { get; init; }
}

/// <summary>What a client may know of an entity.</summary>
/// <param name="Entity"><c>@name@key</c>.</param>
/// <param name="State">JSON; null when it has none.</param>
/// <param name="BacklogSize">How many operations have not been run; those that wait for their time do not count.</param>
internal sealed record EntityView(string Entity, string? State, DateTime LastModifiedAt, int BacklogSize)
{
    /// <summary>The instance that holds a lock on it; null for none.</summary>
    public string? LockedBy { get; init; }
}

/// <summary>Which entities a query asks for; what is null does not restrict.</summary>
internal sealed record EntityFilter
{
    /// <summary>What their <c>@name@key</c> begins with.</summary>
    public string? IdPrefix { get; init; }

    public DateTime? ModifiedFrom { get; init; }

    public DateTime? ModifiedTo { get; init; }

    /// <summary>Also those without a state that the hub keeps for their queue or their lock.</summary>
    public bool IncludeTransient { get; init; }
}

/// <summary>What a cleaning has done.</summary>
/// <param name="Removed">How many entities were left with nothing, and are gone.</param>
/// <param name="Released">How many locks of executions that are gone were released.</param>
/// <param name="Last">The entity after which to go on; null when there is no further one.</param>
internal sealed record EntityCleaning(int Removed, int Released, string? Last);
