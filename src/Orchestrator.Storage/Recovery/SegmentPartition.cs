using Orchestrator.Storage.Keys;

namespace Orchestrator.Storage.Recovery;

/// <summary>A partition of a day, with all the segments in it.</summary>
/// <param name="To">When the last of them closes, as far as is known, in milliseconds since 1970.</param>
internal sealed record SegmentPartition(DateOnly Day, int Shard, long To)
{
    /// <summary>The key of the partition.</summary>
    public string Key => TaskKeys.Partition(Shard);
}
