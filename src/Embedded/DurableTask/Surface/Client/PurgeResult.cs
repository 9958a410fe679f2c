namespace Microsoft.DurableTask.Client;

/// <summary>What a purge has removed.</summary>
public class PurgeResult
{
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    public int PurgedInstanceCount { get; }

    /// <summary>Whether all that matched was removed; null when that is not known.</summary>
    public bool? IsComplete { get; }
}

/// <summary>How an instance is purged.</summary>
/// <param name="Recursive">Its sub-orchestrations too.</param>
public record PurgeInstanceOptions(bool Recursive = false);

/// <summary>Which finished instances are purged; what is null does not restrict.</summary>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null, DateTimeOffset? CreatedTo = null, IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>When to stop with what is done by then; null for never.</summary>
    public TimeSpan? Timeout { get; init; }
}
