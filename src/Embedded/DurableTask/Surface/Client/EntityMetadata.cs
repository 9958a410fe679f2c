using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.DurableTask.Entities;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What is known of an entity.</summary>
[JsonConverter(typeof(EntityMetadataConverter))]
public class EntityMetadata<TState>
{
    private readonly TState? _state;

    public EntityMetadata(EntityInstanceId id)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(id, default);
        Id = id;
    }

    public EntityMetadata(EntityInstanceId id, TState? state)
        : this(id)
    {
        _state = state;
        IncludesState = state is not null;
    }

    public EntityInstanceId Id { get; }

    public DateTimeOffset LastModifiedTime { get; init; }

    /// <summary>How many operations wait.</summary>
    public int BacklogQueueSize { get; init; }

    /// <summary>The instance that holds a lock on the entity; null for none.</summary>
    public string? LockedBy { get; init; }

    [MemberNotNullWhen(true, nameof(State))]
    public bool IncludesState { get; }

    /// <exception cref="InvalidOperationException">The state was not asked for.</exception>
    public TState State => IncludesState
        ? _state!
        : throw new InvalidOperationException($"Cannot retrieve state when {nameof(IncludesState)}=false");
}

/// <inheritdoc/>
[JsonConverter(typeof(EntityMetadataConverter))]
public sealed class EntityMetadata(EntityInstanceId id, SerializedData? state = null) : EntityMetadata<SerializedData>(id, state);
