namespace Microsoft.DurableTask.Client.Entities;

/// <summary>What to clear up.</summary>
public readonly record struct CleanEntityStorageRequest
{
    /// <summary>Everything; it is safe at any time.</summary>
    public static CleanEntityStorageRequest Default => new() { RemoveEmptyEntities = true, ReleaseOrphanedLocks = true };

    /// <summary>Entities without a state, a queue or a lock.</summary>
    /// <remarks>
    /// This hub keeps none, like the real backends that delete entities implicitly. The result counts those that were held by an
    /// orphaned lock alone.
    /// </remarks>
    public bool RemoveEmptyEntities { get; init; }

    /// <summary>Locks of orchestrations that run no more.</summary>
    public bool ReleaseOrphanedLocks { get; init; }

    /// <summary>Where to begin, from an earlier result; null for the start.</summary>
    public string? ContinuationToken { get; init; }
}

/// <summary>What was cleared up.</summary>
public readonly record struct CleanEntityStorageResult
{
    public int EmptyEntitiesRemoved { get; init; }

    public int OrphanedLocksReleased { get; init; }

    /// <summary>Where to go on; null when all is done.</summary>
    public string? ContinuationToken { get; init; }
}
