using Embedded.DurableTask.Execution;

namespace Embedded.DurableTask.Hub;

internal sealed partial class TaskHub
{
    /// <summary>How many locked entities one cleaning looks at: as many as the loop can look at without others noticing.</summary>
    private const int EntitiesPerCleaning = 1000;

    /// <inheritdoc/>
    public Task SignalEntityAsync(string entity, EntityRequest request, CancellationToken cancellationToken) =>
        AskAsync(
            step =>
            {
                step.Enqueue(entity, request);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<EntityView?> GetEntityAsync(string entity, CancellationToken cancellationToken) =>
        AskAsync(
            _ => Loop.State.Entities.TryGetValue(entity, out var present) && present.State is not null ? EntityViews.Of(present) : null,
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EntityView>> QueryEntitiesAsync(
        EntityFilter filter, string? afterEntity, int pageSize, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<EntityView>>(
            _ => [.. Loop.State.EntitiesAfter(afterEntity, pageSize, e => EntityViews.Matches(filter, e)).Select(EntityViews.Of)],
            cancellationToken);

    /// <inheritdoc/>
    public Task<EntityCleaning> CleanEntitiesAsync(
        bool removeEmpty, bool releaseOrphans, string? afterEntity, CancellationToken cancellationToken) =>
        AskAsync(step => step.CleanEntities(removeEmpty, releaseOrphans, afterEntity, EntitiesPerCleaning), cancellationToken);
}
