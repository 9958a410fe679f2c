using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>
/// Finds the tasks whose orchestration may not have been started. A segment that is open, or had such tasks when last looked
/// at, is looked at in every call; one that had none is looked at again ever more rarely, and after a day no more: a task
/// comes into it late only when somebody finishes what a dead process began under an idempotency key.
/// </summary>
internal sealed class UnstartedTasks : IDisposable
{
    /// <summary>Partitions that a call asks.</summary>
    public const int PartitionsPerCall = 32;

    /// <summary>Segments that a call takes up at most from the directory; there are more only after a start.</summary>
    private const int NewSegmentsPerCall = 1_000;

    private const int AtOnce = 4;

    /// <summary>From which, and up to which age of a segment's end it is looked at.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastAge = TimeSpan.FromDays(1);

    /// <summary>Those that are over and have something left to be done have wakes.</summary>
    private const string NotOver = $"{TaskColumns.Unstarted} eq true and ({TaskColumns.State} eq 'Blocked' or {TaskColumns.State} eq 'Paused' or {TaskColumns.State} eq 'Queued' or {TaskColumns.State} eq 'Scheduled')";

    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    private readonly Dictionary<(DateOnly Day, int Shard, long From), Watched> _watched = [];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SegmentDirectory _directory;
    private readonly DayTables _tables;
    private readonly TableReader _reader;

    /// <summary>When the directory was last read, in milliseconds since 1970.</summary>
    private long? _readAt;

    /// <summary>Segments of earlier times are still to be taken up, those before this; null: none.</summary>
    private long? _olderThan = long.MaxValue;

    public UnstartedTasks(SegmentDirectory directory, DayTables tables, TableReader reader)
    {
        _directory = directory;
        _tables = tables;
        _reader = reader;
    }

    public void Dispose() => _turn.Dispose();

    public async Task<IReadOnlyList<TaskId>> ListAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = before.ToUnixTimeMilliseconds();
            await TakeUpAsync(now, cancellationToken);
            var due = _watched.Values.Where(watched => watched.Due <= now)
                .OrderByDescending(watched => watched.IsUrgent).ThenBy(watched => watched.LookedAt).ThenByDescending(watched => watched.Segment.From)
                .Take(PartitionsPerCall).ToList();
            var found = new List<TaskId>();
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (watched, token) =>
            {
                var tasks = await ReadAsync(watched.Segment, TaskKeys.FirstOf(before), limit, token);
                lock (found)
                {
                    found.AddRange(tasks);
                    Settle(watched, tasks.Count > 0, now);
                }
            });
            return [.. found.Order().Take(limit)];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes up the segments that came since the last call, and a part of those that were there before this process.</summary>
    private async Task TakeUpAsync(long now, CancellationToken cancellationToken)
    {
        if (_readAt is { } readAt)
        {
            // Of a lane whose clock is late there may be new ones that end before.
            await foreach (var segment in _directory.NewestFirstAsync(long.MaxValue, static () => { }, cancellationToken: cancellationToken))
            {
                if (segment.To < readAt - (long)TaskShards.Period.TotalMilliseconds)
                    break;
                Watch(segment);
            }
        }

        if (_olderThan is { } olderThan)
        {
            var taken = 0;
            _olderThan = null;
            await foreach (var segment in _directory.NewestFirstAsync(olderThan, static () => { }, cancellationToken: cancellationToken))
            {
                Watch(segment);
                if (++taken < NewSegmentsPerCall)
                    continue;
                _olderThan = segment.To;
                break;
            }
        }

        _readAt = now;
    }

    private void Watch(Segment segment)
    {
        var key = (segment.Day, segment.Shard, segment.From);
        if (!_watched.TryGetValue(key, out var watched))
            _watched.Add(key, watched = new Watched());
        watched.Segment = segment;
    }

    private async Task<IReadOnlyList<TaskId>> ReadAsync(Segment segment, TaskId before, int limit, CancellationToken cancellationToken)
    {
        var isFixed = TaskShards.IsFixed(segment.Shard);
        var rows = _reader.QueryAsync(
            _tables.NameOf(segment.Day, segment.Shard),
            segment.Partition,

            // Between these lie all states of tasks that are not over, and some of those that are.
            isFixed ? "u!" : TaskKeys.StatePrefix(TaskState.Blocked),
            isFixed ? TaskKeys.Unstarted(before) : TaskKeys.After(TaskKeys.StatePrefix(TaskState.Scheduled)),
            columns: KeysOnly,
            condition: isFixed ? null : NotOver,
            cancellationToken: cancellationToken);
        var found = new List<TaskId>();
        await foreach (var row in rows)
        {
            if (TaskKeys.IdAtEnd(row.RowKey) is var id && id < before)
                found.Add(id);

            // In a segment they come by state, not by age, and are not many.
            if (isFixed && found.Count == limit)
                break;
        }

        return found;
    }

    /// <summary>Decides when a segment is looked at again.</summary>
    private void Settle(Watched watched, bool hadTasks, long now)
    {
        var age = TimeSpan.FromMilliseconds(now - watched.Segment.To);
        watched.LookedAt = now;
        watched.IsUrgent = hadTasks || age < TimeSpan.Zero;
        if (watched.IsUrgent)
            return;

        watched.Due = now + (long)(age > FirstPause ? age : FirstPause).TotalMilliseconds;
        if (age >= LastAge)
            _watched.Remove((watched.Segment.Day, watched.Segment.Shard, watched.Segment.From));
    }

    private sealed class Watched
    {
        public Segment Segment { get; set; } = null!;

        /// <summary>When it was last looked at; all times in milliseconds since 1970.</summary>
        public long LookedAt { get; set; }

        /// <summary>When it is to be looked at next.</summary>
        public long Due { get; set; }

        /// <summary>Whether it may hold such tasks now.</summary>
        public bool IsUrgent { get; set; } = true;
    }
}
