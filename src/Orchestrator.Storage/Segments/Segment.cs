using Orchestrator.Storage.Keys;

namespace Orchestrator.Storage.Segments;

/// <summary>Where the tasks of a stretch of time lie: those with ids of one shard, in milliseconds from <paramref name="From"/> to before <paramref name="To"/>.</summary>
/// <param name="To">Known once the lane has gone on, else the end of its period.</param>
internal sealed record Segment(DateOnly Day, int Shard, long From, long To)
{
    /// <summary>The partition of its rows.</summary>
    public string Partition => TaskKeys.Partition(Shard);
}
