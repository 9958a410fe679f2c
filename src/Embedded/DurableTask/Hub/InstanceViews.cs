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

    public static bool Matches(InstanceFilter filter, InstanceView view) =>
        (filter.CreatedFrom is not { } from || view.CreatedAt >= from)
        && (filter.CreatedTo is not { } to || view.CreatedAt <= to)
        && (filter.Statuses is not { } statuses || statuses.Contains(view.Status))
        && (filter.IdPrefix is not { } prefix || view.InstanceId.StartsWith(prefix, StringComparison.Ordinal));
}
