using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Client;

/// <summary>The entities of the app's own task hub.</summary>
internal sealed class HubEntityClient(string hubName, ITaskHub hub, DataConverter converter) : DurableEntityClient(hubName)
{
    public override Task SignalEntityAsync(
        EntityInstanceId id,
        string operationName,
        object? input = null,
        SignalEntityOptions? options = null,
        CancellationToken cancellation = default)
    {
        InstanceIds.Validate(id, nameof(id));
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        return hub.SignalEntityAsync(
            id.ToString(),
            new(operationName, converter.Serialize(input), Caller: null) { DeliverAt = options?.SignalTime?.UtcDateTime },
            cancellation);
    }

    public override async Task<EntityMetadata<T>?> GetEntityAsync<T>(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await FindAsync(id, cancellation) is { } view ? ToMetadata<T>(view, includeState) : null;

    public override async Task<EntityMetadata?> GetEntityAsync(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await FindAsync(id, cancellation) is { } view ? ToMetadata(view, includeState) : null;

    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) => ListAsync(filter, ToMetadata);

    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) => ListAsync(filter, ToMetadata<T>);

    public override async Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default)
    {
        var wanted = request ?? CleanEntityStorageRequest.Default;
        var sum = new EntityCleaning(0, 0, wanted.ContinuationToken);
        do
        {
            var part = await hub.CleanEntitiesAsync(wanted.RemoveEmptyEntities, wanted.ReleaseOrphanedLocks, sum.Last, cancellation);
            sum = new(sum.Removed + part.Removed, sum.Released + part.Released, part.Last);
        }
        while (continueUntilComplete && sum.Last is not null);

        return new() { EmptyEntitiesRemoved = sum.Removed, OrphanedLocksReleased = sum.Released, ContinuationToken = sum.Last };
    }

    private AsyncPageable<TMetadata> ListAsync<TMetadata>(EntityQuery? query, Func<EntityView, bool, TMetadata> convert)
        where TMetadata : class
    {
        query ??= new();
        var filter = new EntityFilter
        {
            IdPrefix = query.InstanceIdStartsWith,
            ModifiedFrom = query.LastModifiedFrom?.UtcDateTime,
            ModifiedTo = query.LastModifiedTo?.UtcDateTime,
            IncludeTransient = query.IncludeTransient,
        };
        return Pageable.Create(async (continuation, pageSize, cancellation) =>
        {
            var size = pageSize ?? query.PageSize ?? EntityQuery.DefaultPageSize;
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(query.PageSize));
            var page = await hub.QueryEntitiesAsync(filter, continuation ?? query.ContinuationToken, size, cancellation);
            return new Page<TMetadata>([.. page.Select(view => convert(view, query.IncludeState))], page.Count < size ? null : page[^1].Entity);
        });
    }

    private EntityMetadata<T> ToMetadata<T>(EntityView view, bool includeState)
    {
        var id = EntityInstanceId.FromString(view.Entity);
        var lastModified = InstanceConversions.Utc(view.LastModifiedAt);
        return includeState && view.State is not null
            ? new(id, converter.Deserialize<T>(view.State)) { LastModifiedTime = lastModified, BacklogQueueSize = view.BacklogSize, LockedBy = view.LockedBy }
            : new(id) { LastModifiedTime = lastModified, BacklogQueueSize = view.BacklogSize, LockedBy = view.LockedBy };
    }

    private EntityMetadata ToMetadata(EntityView view, bool includeState) =>
        new(EntityInstanceId.FromString(view.Entity), includeState && view.State is { } state ? new SerializedData(state, converter) : null)
        {
            LastModifiedTime = InstanceConversions.Utc(view.LastModifiedAt),
            BacklogQueueSize = view.BacklogSize,
            LockedBy = view.LockedBy,
        };

    private async Task<EntityView?> FindAsync(EntityInstanceId id, CancellationToken cancellation)
    {
        InstanceIds.Validate(id, nameof(id));
        return await hub.GetEntityAsync(id.ToString(), cancellation) is { State: not null } view ? view : null;
    }
}
