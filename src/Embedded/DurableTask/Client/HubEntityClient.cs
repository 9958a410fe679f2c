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
        ArgumentOutOfRangeException.ThrowIfEqual(id, default);
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        return hub.SignalEntityAsync(
            id.ToString(),
            new(operationName, converter.Serialize(input), Caller: null) { DeliverAt = options?.SignalTime?.UtcDateTime },
            cancellation);
    }

    public override async Task<EntityMetadata<T>?> GetEntityAsync<T>(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default)
    {
        if (await FindAsync(id, cancellation) is not { } view)
        {
            return null;
        }

        var lastModified = InstanceConversions.Utc(view.LastModifiedAt);
        return includeState
            ? new(id, converter.Deserialize<T>(view.State)) { LastModifiedTime = lastModified, BacklogQueueSize = view.BacklogSize }
            : new(id) { LastModifiedTime = lastModified, BacklogQueueSize = view.BacklogSize };
    }

    public override async Task<EntityMetadata?> GetEntityAsync(
        EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        await FindAsync(id, cancellation) is { } view
            ? new(id, includeState ? new SerializedData(view.State!, converter) : null)
            {
                LastModifiedTime = InstanceConversions.Utc(view.LastModifiedAt),
                BacklogQueueSize = view.BacklogSize,
            }
            : null;

    private async Task<EntityView?> FindAsync(EntityInstanceId id, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(id, default);
        return await hub.GetEntityAsync(id.ToString(), cancellation) is { State: not null } view ? view : null;
    }
}
