using System.Collections.Frozen;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Client;

/// <summary>Instances as the hub and as its clients know them.</summary>
internal static class InstanceConversions
{
    /// <summary>The statuses of an instance that has ended.</summary>
    public static readonly FrozenSet<InstanceStatus> Ended = [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated];

    private static readonly FrozenSet<InstanceStatus> All = Enum.GetValues<InstanceStatus>().ToFrozenSet();

    public static OrchestrationRuntimeStatus ToRuntimeStatus(this InstanceStatus status) => status switch
    {
        InstanceStatus.Pending => OrchestrationRuntimeStatus.Pending,
        InstanceStatus.Running => OrchestrationRuntimeStatus.Running,
        InstanceStatus.Suspended => OrchestrationRuntimeStatus.Suspended,
        InstanceStatus.Completed => OrchestrationRuntimeStatus.Completed,
        InstanceStatus.Failed => OrchestrationRuntimeStatus.Failed,
        InstanceStatus.Terminated => OrchestrationRuntimeStatus.Terminated,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>Those of the statuses that instances here can have; null for no restriction.</summary>
    public static FrozenSet<InstanceStatus>? ToFilter(this IEnumerable<OrchestrationRuntimeStatus>? statuses)
    {
        var wanted = statuses?.ToHashSet();
        return wanted is null or { Count: 0 } ? null : All.Where(status => wanted.Contains(status.ToRuntimeStatus())).ToFrozenSet();
    }

    /// <summary>The statuses in which a start may replace an instance.</summary>
    /// <param name="dedupeStatuses">The names of those in which it may not; null for all that are not at an end.</param>
    /// <exception cref="ArgumentException">One of them is no status.</exception>
    public static IReadOnlySet<InstanceStatus> ToReplaceable(this IReadOnlyList<string>? dedupeStatuses)
    {
        if (dedupeStatuses is null)
        {
            return Ended;
        }

        var kept = dedupeStatuses.Select(name => Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
            ? status
            : throw new ArgumentException($"Invalid orchestration runtime status: '{name}' for deduplication.", nameof(dedupeStatuses))).ToHashSet();
        return All.Where(status => !kept.Contains(status.ToRuntimeStatus())).ToFrozenSet();
    }

    /// <param name="converter">Reads the payloads, what it failed with among them; null when they were not asked for.</param>
    public static OrchestrationMetadata ToMetadata(this InstanceView view, DataConverter? converter)
    {
        var metadata = new OrchestrationMetadata(view.Name, view.InstanceId)
        {
            RuntimeStatus = view.Status.ToRuntimeStatus(),
            CreatedAt = Utc(view.CreatedAt),
            LastUpdatedAt = Utc(view.LastUpdatedAt),
            DataConverter = converter,
            SerializedInput = converter is null ? null : view.Input,
            SerializedOutput = converter is null ? null : view.Output,
            SerializedCustomStatus = converter is null ? null : view.CustomStatus,
            FailureDetails = converter is null ? null : view.Failure?.ToDetails(),
            Tags = view.Tags ?? FrozenDictionary<string, string>.Empty,
        };
        return metadata;
    }

    public static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
