using Orchestrator.Recovery;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Recovery;

/// <summary>
/// Finds tasks under way by the index by state, a segment at a time. A segment that is open, or has tasks that are queued or running, is looked at every
/// <see cref="ShortPause"/>; one whose tasks only wait every <see cref="LongPause"/>; one whose tasks are all over ever more rarely, and after a day no more.
/// </summary>
internal sealed class TasksUnderWay : ITasksUnderWay, IDisposable
{
    /// <summary>Partitions that a call asks.</summary>
    public const int PartitionsPerCall = 16;

    public static readonly TimeSpan ShortPause = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongPause = TimeSpan.FromMinutes(5);

    private const int AtOnce = 4;
    private const string Condition = $"({TaskColumns.Unstarted} eq true or ({TaskColumns.State} ne 'Succeeded' and {TaskColumns.State} ne 'Failed' and {TaskColumns.State} ne 'Cancelled' and {TaskColumns.State} ne 'Expired'))";

    private static readonly TimeSpan LastAge = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SegmentRounds _rounds;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TimeProvider _time;

    public TasksUnderWay(SegmentDirectory directory, TableReader reader, DayTables tables, TimeProvider time)
    {
        _rounds = new SegmentRounds(directory);
        _reader = reader;
        _tables = tables;
        _time = time;
    }

    public void Dispose() => _turn.Dispose();

    public async Task<IReadOnlyList<TaskRecord>> ListNextAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = _time.GetUtcNow();
            var tasks = new List<TaskRecord>();
            var segments = await _rounds.NextAsync(PartitionsPerCall, now, cancellationToken);
            await Parallel.ForEachAsync(segments, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (segment, token) =>
            {
                var found = await ReadAsync(segment, token);
                lock (tasks)
                {
                    tasks.AddRange(found);
                    _rounds.Settle(segment, NextLook(segment, found, now));
                }
            });
            return [.. tasks.OrderBy(task => task.Id)];
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<TaskRecord?> FindAsync(TaskId task, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_tables.NameOf(task), TaskKeys.Partition(task.Shard), TaskKeys.Task(task), cancellationToken, TaskColumns.Listed) is { Row: var row } ? TaskRow.Read(row) : null;

    private async Task<IReadOnlyList<TaskRecord>> ReadAsync(Segment segment, CancellationToken cancellationToken)
    {
        var found = new List<TaskRecord>();
        await foreach (var row in _reader.QueryAsync(_tables.NameOf(segment.Day, segment.Shard), segment.Partition, "s!", "s\"", columns: TaskColumns.Listed, condition: Condition, cancellationToken: cancellationToken))
            found.Add(TaskRow.Read(row));
        return found;
    }

    private static DateTimeOffset? NextLook(Segment segment, IReadOnlyList<TaskRecord> found, DateTimeOffset now)
    {
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(segment.To);
        if (age < TimeSpan.Zero || found.Any(task => task.Unstarted || task.State is TaskState.Queued or TaskState.Running))
            return now + ShortPause;
        if (found.Count > 0)
            return now + LongPause;
        return age >= LastAge ? null : now + (age > LongPause ? age : LongPause);
    }
}
