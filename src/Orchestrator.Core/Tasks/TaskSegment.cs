using System.Collections.Immutable;

namespace Orchestrator.Tasks;

/// <summary>
/// A stretch of a lane: the tasks that it made one after another go into one partition. Ids of a segment are not before
/// <see cref="OpenedAt"/>, and before the next segment of the lane opens, or the lane's period ends.
/// </summary>
/// <param name="Lane">Names the lane; unique for each start of a process.</param>
/// <param name="Period">When the lane's present period began, in milliseconds since 1970.</param>
/// <param name="FirstShard">Shard of the lane's first segment in this period; the others follow, see <see cref="TaskShards.After"/>.</param>
/// <param name="Opened">When the lane's segments of this period opened, in milliseconds since 1970, up to and with this one.</param>
public sealed record TaskSegment(string Lane, long Period, int FirstShard, ImmutableArray<long> Opened)
{
    /// <summary>Last segment under another name of the lane, which closes when this one opens; null: none in this period.</summary>
    public TaskSegment? Previous { get; init; }

    /// <summary>First millisecond of its ids, since 1970.</summary>
    public long OpenedAt => Opened[^1];

    /// <summary>The shard of its ids.</summary>
    public int Shard => TaskShards.After(FirstShard, Opened.Length - 1);

    /// <summary>The UTC day of its ids.</summary>
    public DateOnly Day => DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(Period).UtcDateTime);
}

/// <summary>A new id with the segment it is in.</summary>
public readonly record struct NewTaskId(TaskId Id, TaskSegment Segment);
