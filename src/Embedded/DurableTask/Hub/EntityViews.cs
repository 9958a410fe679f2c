using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hub;

/// <summary>Makes what clients see of entities out of what the engine holds.</summary>
internal static class EntityViews
{
    public static EntityView Of(EntityState entity) =>
        new(entity.Entity, entity.State, entity.LastModifiedAt, entity.Waiting.Count()) { LockedBy = entity.LockedBy?.InstanceId };

    /// <remarks>An entity that has never done anything, for its first operations are under way or wait for their time, is not there yet.</remarks>
    public static bool Matches(EntityFilter filter, EntityState entity) =>
        (entity.State is not null || (filter.IncludeTransient && entity.LastModifiedAt != default))
        && (filter.ModifiedFrom is not { } from || entity.LastModifiedAt >= from)
        && (filter.ModifiedTo is not { } to || entity.LastModifiedAt <= to)
        && (filter.IdPrefix is not { } prefix || entity.Entity.StartsWith(prefix, StringComparison.Ordinal));
}
