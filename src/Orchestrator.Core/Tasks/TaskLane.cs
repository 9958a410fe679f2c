using System.Collections.Immutable;

namespace Orchestrator.Tasks;

/// <summary>
/// Gives ids in one segment after another. Time never goes backwards in a lane, whatever the clock does, and ids are made
/// under the same lock as segments are opened: so an id is in its segment's time, and in no other's of the lane.
/// </summary>
internal sealed class TaskLane
{
    /// <summary>Segments of a period that one lane name stands for; then it takes another name, so that what lists them stays small.</summary>
    public const int MaxSegments = 1_000;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly int _tasksPerSegment;
    private TaskSegment? _segment;
    private int _nextShard;
    private int _count;
    private long _last;

    public TaskLane(TimeProvider time, IRandomSource random, int tasksPerSegment)
    {
        _time = time;
        _random = random;
        _tasksPerSegment = tasksPerSegment;
        Span<byte> draw = stackalloc byte[2];
        random.Fill(draw);
        _nextShard = TaskShards.First + (((draw[0] << 8) | draw[1]) % TaskShards.Count);
    }

    /// <summary>Shard of the segment that opens next.</summary>
    public int NextShard
    {
        get
        {
            lock (_lock)
                return _nextShard;
        }
    }

    public NewTaskId Next()
    {
        lock (_lock)
        {
            var now = Now();
            if (_segment is null || _count >= _tasksPerSegment || TaskShards.PeriodOf(now) != _segment.Period)
                Open(now);

            _last = Math.Max(now, _segment!.OpenedAt);
            _count++;
            return new NewTaskId(TaskId.New(DateTimeOffset.FromUnixTimeMilliseconds(_last), _segment.Shard, _random), _segment);
        }
    }

    /// <summary>Closes the open segment; answers it with the first millisecond that is not its any more, null when none is open.</summary>
    public (TaskSegment Segment, long ClosedAt)? Close()
    {
        lock (_lock)
        {
            if (_segment is not { } segment)
                return null;

            _segment = null;
            return (segment, Math.Max(Now(), _last + 1));
        }
    }

    private long Now() => Math.Max(_time.GetUtcNow().ToUnixTimeMilliseconds(), _last);

    private void Open(long now)
    {
        // After all ids given so far: their millisecond belongs to the segment before.
        var openedAt = Math.Max(now, _last + 1);
        var period = TaskShards.PeriodOf(openedAt);
        _segment = _segment is { } before && before.Period == period && before.Opened.Length < MaxSegments
            ? before with { Opened = before.Opened.Add(openedAt), Previous = null }
            : new TaskSegment(NewName(), period, _nextShard, ImmutableArray.Create(openedAt))
            {
                Previous = _segment?.Period == period ? _segment with { Previous = null } : null,
            };
        _nextShard = TaskShards.After(_segment.Shard, 1);
        _count = 0;
    }

    private string NewName()
    {
        Span<byte> bytes = stackalloc byte[8];
        _random.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
