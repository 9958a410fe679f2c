using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>
/// Lists tasks newest first: walks back from day to day, reads a day's shards side by side and merges them by id. A page
/// is given out short, with a token, when it would take too much.
/// </summary>
internal sealed class TaskLister
{
    /// <summary>Partitions read for one page.</summary>
    public const int PartitionBudget = 32;

    /// <summary>Time taken for one page; the day begun is read to its end.</summary>
    public static readonly TimeSpan TimeBudget = TimeSpan.FromSeconds(1);

    private readonly DayDirectory _directory;
    private readonly DayTables _days;
    private readonly TableReader _reader;
    private readonly ContinuationTokens _tokens;
    private readonly TimeProvider _time;

    public TaskLister(DayDirectory directory, DayTables days, TableReader reader, ContinuationTokens tokens, TimeProvider time)
    {
        _directory = directory;
        _days = days;
        _reader = reader;
        _tokens = tokens;
        _time = time;
    }

    public async Task<TaskListing> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        var filter = $"tasks;state={query.State}";
        TaskId? position = null;
        if (query.ContinuationToken is { } token)
        {
            position = await _tokens.ReadAsync(token, filter, cancellationToken);
            if (position is null)
                return new TaskListing.InvalidToken();
        }

        var (tasks, next) = await ReadPageAsync(query, position, cancellationToken);
        return new TaskListing.Page(tasks, next is { } resume ? await _tokens.WriteAsync(resume, filter, cancellationToken) : null);
    }

    /// <summary>Reads the tasks older than <paramref name="position"/>, and says from where the next page goes on.</summary>
    private async Task<(IReadOnlyList<TaskRecord> Tasks, TaskId? Next)> ReadPageAsync(TaskQuery query, TaskId? position, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var partitions = 0;
        var page = new List<TaskRecord>(query.PageSize);
        TaskId? reached = null;
        await foreach (var day in _directory.NewestFirstAsync(position?.Day, cancellationToken))
        {
            var isOverBudget = partitions > 0 && (partitions + day.Shards.Count > PartitionBudget || _time.GetElapsedTime(begun) >= TimeBudget);
            if (isOverBudget)
                return (page, reached);

            partitions += day.Shards.Count;

            // One more than there is room for: it says whether there is a next page.
            var room = query.PageSize - page.Count;
            var shards = await Task.WhenAll(day.Shards.Select(shard => ReadShardAsync(day.Day, shard, query.State, position, room + 1, cancellationToken)));
            var merged = shards.SelectMany(rows => rows).OrderByDescending(task => task.Id).Take(room + 1).ToList();
            page.AddRange(merged.Take(room));
            if (merged.Count > room)
                return (page, page.Count > 0 ? page[^1].Id : position);

            reached = TaskKeys.FirstOf(new DateTimeOffset(day.Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        }

        return (page, null);
    }

    private async Task<List<TaskRecord>> ReadShardAsync(DateOnly day, int shard, TaskState? state, TaskId? position, int count, CancellationToken cancellationToken)
    {
        var prefix = TaskKeys.ListPrefix(state);
        var isResumed = position is { } after && after.Day == day;
        var rows = _reader.QueryAsync(
            _days.NameOf(day),
            TaskKeys.Partition(shard),
            isResumed ? prefix + TaskKeys.Invert(position!.Value) : prefix,
            TaskKeys.After(prefix),
            isFromExclusive: true,
            pageSize: Math.Min(count, 1_000),
            columns: TaskColumns.Listed,
            cancellationToken: cancellationToken);
        var tasks = new List<TaskRecord>(count);
        await foreach (TableEntity row in rows)
        {
            tasks.Add(TaskRow.Read(row));
            if (tasks.Count == count)
                break;
        }

        return tasks;
    }
}
