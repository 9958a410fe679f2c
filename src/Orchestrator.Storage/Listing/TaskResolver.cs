using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>
/// Reads the task rows of ids found in an index: a stretch of task rows at once where most of them are wanted, else each by
/// its key. So no more than two rows are read for a task, or hardly.
/// </summary>
internal sealed class TaskResolver
{
    /// <summary>Fewer are read each by its key.</summary>
    private const int MinStretch = 4;

    /// <summary>Rows of the first stretch.</summary>
    private const int FirstStretch = 6;

    /// <summary>Part of a stretch's rows that must be wanted for reading on so.</summary>
    private const double MinDensity = 0.6;

    private readonly TableReader _reader;
    private readonly DayTables _tables;

    public TaskResolver(TableReader reader, DayTables tables)
    {
        _reader = reader;
        _tables = tables;
    }

    /// <summary>The tasks in the order of <paramref name="found"/>, null for those that are gone. Only the first ones when the budget does not allow more, but one at least.</summary>
    public async Task<List<TaskRecord?>> ReadAsync(IReadOnlyList<Found> found, RequestBudget budget, CancellationToken cancellationToken)
    {
        var tasks = new Dictionary<TaskId, TaskRecord?>();
        var open = new List<Found>();
        var isDense = true;
        foreach (var group in found.GroupBy(entry => entry.Segment))
        {
            IEnumerable<Found> left = group;
            if (isDense)
                (left, isDense) = await ReadStretchesAsync(group.Key, [.. group], tasks, budget, cancellationToken);
            open.AddRange(left);
        }

        var wanted = open.OrderByDescending(entry => entry.Id).Take(Math.Max(1, budget.RequestsLeft)).ToList();
        budget.Take(wanted.Count);
        var read = await Task.WhenAll(wanted.Select(entry => ReadOneAsync(entry, cancellationToken)));
        foreach (var (entry, task) in wanted.Zip(read))
            tasks[entry.Id] = task;
        return [.. found.TakeWhile(entry => tasks.ContainsKey(entry.Id)).Select(entry => tasks[entry.Id])];
    }

    /// <summary>Reads stretches as long as they pay, and says whether they did; answers the ones that are left.</summary>
    private async Task<(IEnumerable<Found> Left, bool IsDense)> ReadStretchesAsync(Segment segment, List<Found> wanted, Dictionary<TaskId, TaskRecord?> tasks, RequestBudget budget, CancellationToken cancellationToken)
    {
        // The first stretch is short: it finds out how dense they lie.
        var next = 0;
        var isDense = true;
        for (var rows = FirstStretch; isDense && wanted.Count - next >= MinStretch && budget.RequestsLeft > 1;)
        {
            budget.Take();
            var stretch = await ReadStretchAsync(segment, wanted[next].Id, wanted[^1].Id, rows, cancellationToken);
            var last = stretch.Count == rows ? stretch[^1].Id : wanted[^1].Id;
            var byId = stretch.ToDictionary(task => task.Id);
            var first = next;
            for (; next < wanted.Count && wanted[next].Id >= last; next++)
                tasks[wanted[next].Id] = byId.GetValueOrDefault(wanted[next].Id);
            isDense = next - first >= MinDensity * stretch.Count;
            rows = (int)Math.Ceiling((wanted.Count - next) / MinDensity);
        }

        return (wanted.Skip(next), isDense);
    }

    private async Task<List<TaskRecord>> ReadStretchAsync(Segment segment, TaskId newest, TaskId oldest, int count, CancellationToken cancellationToken)
    {
        var tasks = new List<TaskRecord>(count);
        var rows = _reader.QueryAsync(
            _tables.NameOf(segment.Day, segment.Shard),
            segment.Partition,
            TaskKeys.Task(newest),
            TaskKeys.Task(oldest) + '!',
            pageSize: Math.Min(count, 1_000),
            columns: TaskColumns.Listed,
            cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            tasks.Add(TaskRow.Read(row));
            if (tasks.Count == count)
                break;
        }

        return tasks;
    }

    private async Task<TaskRecord?> ReadOneAsync(Found found, CancellationToken cancellationToken)
    {
        var row = await _reader.GetAsync(_tables.NameOf(found.Id), found.Segment.Partition, TaskKeys.Task(found.Id), cancellationToken, TaskColumns.Listed);
        return row is null ? null : TaskRow.Read(row.Row);
    }
}
