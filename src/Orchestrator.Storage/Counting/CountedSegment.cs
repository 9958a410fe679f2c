using Orchestrator.Storage.Segments;

namespace Orchestrator.Storage.Counting;

/// <summary>A segment with what was counted in it.</summary>
internal sealed class CountedSegment
{
    /// <summary>Where its tasks lie.</summary>
    public required Segment Segment { get; set; }

    /// <summary>From where on its tasks count: those before belong to a segment of another lane that had the shard at the same time.</summary>
    public long CountsFrom { get; set; }

    /// <summary>Null: not counted yet.</summary>
    public Tally? Tally { get; set; }

    /// <summary>When it was counted.</summary>
    public DateTimeOffset CountedAt { get; set; }

    /// <summary>Whether it cannot change any more, but by deletion.</summary>
    public bool IsFinal { get; set; }
}
