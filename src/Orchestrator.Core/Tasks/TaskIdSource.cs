namespace Orchestrator.Tasks;

/// <summary>
/// Gives new tasks their ids. New tasks of a process go into one partition, so that they share transactions, and on to the
/// next after a number of tasks, so that partitions stay small.
/// </summary>
public sealed class TaskIdSource
{
    private readonly TaskLane[] _lanes;
    private uint _turn;

    /// <summary>Creates the source.</summary>
    /// <param name="lanes">Partitions written to side by side, from 1.</param>
    /// <param name="tasksPerSegment">Tasks after which a lane goes on to the next partition, from 1.</param>
    public TaskIdSource(TimeProvider time, IRandomSource random, int lanes, int tasksPerSegment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lanes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tasksPerSegment, 1);
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new TaskLane(time, random, tasksPerSegment))];
    }

    /// <summary>Shards of the segments that open next.</summary>
    public IReadOnlyList<int> NextShards => [.. _lanes.Select(lane => lane.NextShard)];

    /// <summary>A new id of the present millisecond, or of one shortly after. Its segment is to be made known before a row is written.</summary>
    public NewTaskId Next() => _lanes[Interlocked.Increment(ref _turn) % (uint)_lanes.Length].Next();

    /// <summary>Closes the open segments, each with the first millisecond that is not its any more. Ids given later are in new ones.</summary>
    public IReadOnlyList<(TaskSegment Segment, long ClosedAt)> Close() => [.. _lanes.Select(lane => lane.Close()).OfType<(TaskSegment, long)>()];
}
