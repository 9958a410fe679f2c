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

    /// <summary>The last minute since 1970 in which one of its tasks ended; 0: none, as far as is known.</summary>
    public long LastFinish { get; set; }

    /// <summary>What ended in it of late; null: not read yet, or nothing.</summary>
    public FinishDigest? Finishes { get; set; }

    /// <summary>Whether it is to be counted before others, as a count of it was withdrawn.</summary>
    public bool IsDue { get; set; }

    /// <summary>When it was counted.</summary>
    public DateTimeOffset CountedAt { get; set; }

    /// <summary>Whether it cannot change any more, but by deletion.</summary>
    public bool IsFinal { get; set; }

    /// <summary>The version of the row of its count, read before it was counted; null: there was none.</summary>
    public string? Version { get; set; }

    /// <summary>How many of its rows could not be read.</summary>
    public int Unreadable { get; set; }
}
