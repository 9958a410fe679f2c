using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hub;

/// <summary>Makes what clients see out of what the engine holds.</summary>
internal static class InstanceViews
{
    public static InstanceView Of(OrchestrationState instance, bool withPayloads) => new()
    {
        InstanceId = instance.InstanceId,
        ExecutionId = instance.Start.ExecutionId,
        Name = instance.Start.Name,
        Version = instance.Start.Version,
        Status = instance.Status,
        CreatedAt = instance.Start.CreatedAt,
        LastUpdatedAt = instance.LastUpdatedAt,
        Tags = instance.Start.Tags,
        Parent = instance.Start.Parent,
        Children = instance.Children,
        Failure = instance.Failure,
        CustomStatus = withPayloads ? instance.CustomStatus : null,
        Input = withPayloads ? instance.Start.Input : null,
        Output = withPayloads ? instance.Output : null,
    };

    public static InstanceView Trim(InstanceView view, bool withPayloads) =>
        withPayloads ? view : view with { CustomStatus = null, Input = null, Output = null };

    public static bool Matches(InstanceFilter filter, InstanceView view) => Matches(filter, view.InstanceId, view.Status, view.CreatedAt);

    public static bool Matches(InstanceFilter filter, OrchestrationState instance) =>
        Matches(filter, instance.InstanceId, instance.Status, instance.Start.CreatedAt);

    private static bool Matches(InstanceFilter filter, string instanceId, InstanceStatus status, DateTime createdAt) =>
        (filter.CreatedFrom is not { } from || createdAt >= from)
        && (filter.CreatedTo is not { } to || createdAt <= to)
        && (filter.Statuses is not { } statuses || statuses.Contains(status))
        && (filter.IdPrefix is not { } prefix || instanceId.StartsWith(prefix, StringComparison.Ordinal));
}
