using Microsoft.Extensions.Logging;
using Orchestrator.Recovery;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Recovery;

/// <summary>
/// Finds tasks under way by the index by state, a partition at a time. One with an open segment, or with tasks that are queued or running, is looked at every
/// <see cref="ShortPause"/>; one whose tasks only wait every <see cref="LongPause"/>; one whose tasks are all over ever more rarely, and after a day no more.
/// </summary>
internal sealed class TasksUnderWay : ITasksUnderWay, IDisposable
{
    /// <summary>Partitions that a call asks at most: about as many as a day has. No more than are due.</summary>
    public const int PartitionsPerCall = 256;

    /// <summary>After so long a call asks no other partition.</summary>
    public static readonly TimeSpan TimePerCall = TimeSpan.FromSeconds(20);

    public static readonly TimeSpan ShortPause = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongPause = TimeSpan.FromMinutes(5);

    private const int AtOnce = 4;
    private const string Condition = $"({TaskColumns.Unstarted} eq true or ({TaskColumns.State} ne 'Succeeded' and {TaskColumns.State} ne 'Failed' and {TaskColumns.State} ne 'Cancelled' and {TaskColumns.State} ne 'Expired'))";

    private static readonly TimeSpan LastAge = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly PartitionRounds _rounds;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TimeProvider _time;
    private readonly ILogger<TasksUnderWay> _logger;

    /// <summary>The last task given out of each partition that a call had no room for all tasks of.</summary>
    private readonly Dictionary<(DateOnly Day, int Shard), TaskId> _cutOff = [];

    public TasksUnderWay(SegmentDirectory directory, TableReader reader, DayTables tables, TimeProvider time, ILogger<TasksUnderWay> logger)
    {
        _rounds = new PartitionRounds(directory, ShortPause);
        _reader = reader;
        _tables = tables;
        _time = time;
        _logger = logger;
    }

    public void Dispose() => _turn.Dispose();

    public async Task<TasksUnderWayPage> ListNextAsync(int most, Func<TaskRecord, bool> isWanted, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = _time.GetUtcNow();
            var tasks = new List<TaskRecord>();
            var partitions = await _rounds.NextAsync(PartitionsPerCall, now, cancellationToken);
            var began = _time.GetTimestamp();
            foreach (var some in partitions.Chunk(AtOnce))
            {
                if (await TryReadAsync(some, isFirst: tasks.Count == 0, cancellationToken) is not { } read)
                    break;
                foreach (var (partition, found) in some.Zip(read))
                    Take(partition, found, isWanted, tasks, most, now);
                if (tasks.Count == most || _time.GetElapsedTime(began) >= TimePerCall)
                    break;
            }

            return new TasksUnderWayPage([.. tasks.OrderBy(task => task.Id)], _rounds.IsDone(now), _rounds.HasSeenAll);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<TaskRecord?> FindAsync(TaskId task, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_tables.NameOf(task), TaskKeys.Partition(task.Shard), TaskKeys.Task(task), cancellationToken, TaskColumns.Listed) is { Row: var row } ? TaskRow.Read(row) : null;

    /// <summary>Reads some partitions; null when that fails and tasks of others are found: those are not lost then, as the next call comes upon the fault again.</summary>
    private async Task<IReadOnlyList<TaskRecord>[]?> TryReadAsync(IEnumerable<SegmentPartition> partitions, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.WhenAll(partitions.Select(partition => ReadAsync(partition, cancellationToken)));
        }
        catch (Exception) when (!isFirst && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Takes the tasks of a partition. When there is no room for all, the partition stays due and the next call goes on after the last one taken.</summary>
    private void Take(SegmentPartition partition, IReadOnlyList<TaskRecord> found, Func<TaskRecord, bool> isWanted, List<TaskRecord> tasks, int most, DateTimeOffset now)
    {
        var key = (partition.Day, partition.Shard);
        TaskId? after = _cutOff.TryGetValue(key, out var last) ? last : null;
        TaskRecord[] wanted = [.. found.Where(task => !(task.Id <= after) && isWanted(task)).OrderBy(task => task.Id)];
        TaskRecord[] taken = [.. wanted.Take(most - tasks.Count)];
        tasks.AddRange(taken);
        if (taken.Length == wanted.Length)
        {
            _cutOff.Remove(key);
            _rounds.Settle(partition, NextLook(partition, found, now));
        }
        else if (taken.Length > 0)
        {
            _cutOff[key] = taken[^1].Id;
        }
    }

    /// <summary>Leaves out what cannot be read: only the release that has written it can see to it, and looks at everything when it is started.</summary>
    private async Task<IReadOnlyList<TaskRecord>> ReadAsync(SegmentPartition partition, CancellationToken cancellationToken)
    {
        var table = _tables.NameOf(partition.Day, partition.Shard);
        var found = new List<TaskRecord>();
        await foreach (var row in _reader.QueryAsync(table, partition.Key, "s!", "s\"", columns: TaskColumns.Listed, condition: Condition, cancellationToken: cancellationToken))
        {
            if (_logger.TryRead(table, row, TaskRow.Read, out var task))
                found.Add(task);
        }

        return found;
    }

    private static DateTimeOffset? NextLook(SegmentPartition partition, IReadOnlyList<TaskRecord> found, DateTimeOffset now)
    {
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(partition.To);
        if (age < TimeSpan.Zero || found.Any(task => task.Unstarted || task.State is TaskState.Queued or TaskState.Running))
            return now + ShortPause;
        if (found.Count > 0)
            return now + LongPause;
        return age >= LastAge ? null : now + (age > LongPause ? age : LongPause);
    }
}
