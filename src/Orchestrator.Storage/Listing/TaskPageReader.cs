using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>
/// Reads one page. Segments are opened in the order of their ends, first one, then more and more at a time; a task is given
/// out once nothing that is not read yet can be newer. What is read of a segment is bounded by what the page has room for.
/// </summary>
internal sealed class TaskPageReader
{
    private const int MaxWave = 8;

    /// <summary>Rows read at a time where many may fail another filter.</summary>
    private const int FilteredRows = 200;

    private readonly List<SegmentCursor> _cursors = [];
    private readonly List<TaskRecord> _page;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TaskResolver _resolver;
    private readonly RequestBudget _budget;
    private readonly IAsyncEnumerator<Segment> _segments;
    private readonly TaskQuery _query;
    private readonly ListPlan _plan;
    private readonly TaskId _before;
    private readonly TaskId _oldest;
    private Segment? _next;
    private TaskId? _last;
    private int _wave = 1;

    /// <param name="before">Only ids before it.</param>
    public TaskPageReader(TableReader reader, DayTables tables, SegmentDirectory directory, TaskResolver resolver, RequestBudget budget, TaskQuery query, TaskId before, CancellationToken cancellationToken)
    {
        _reader = reader;
        _tables = tables;
        _resolver = resolver;
        _budget = budget;
        _query = query;
        _plan = ListPlan.Of(query);
        _before = before;
        _oldest = TaskKeys.FirstOf(query.From?.ToUnixTimeMilliseconds() ?? 0);
        _page = new List<TaskRecord>(query.PageSize);
        _segments = directory.NewestFirstAsync(before.CreatedAt.ToUnixTimeMilliseconds() + 1, () => budget.Take(), cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>The page, and where the next one goes on: with the ids before that. Null: there is no more.</summary>
    public async Task<(IReadOnlyList<TaskRecord> Tasks, TaskId? Next)> ReadAsync(CancellationToken cancellationToken)
    {
        await using (_segments)
        {
            await FindNextSegmentAsync();
            while (_page.Count < _query.PageSize)
            {
                if (_plan.IsResolved && _last is not null && _budget.RequestsLeft <= 0)
                    return (_page, _last);

                var found = await GatherAsync(cancellationToken);
                if (found.Count == 0)
                    return (_page, Bound());
                if (await GiveOutAsync(found, cancellationToken) < found.Count)
                    return (_page, _last);
            }

            return (_page, Bound() is null && _cursors.All(cursor => cursor.Count == 0) ? null : _last);
        }
    }

    /// <summary>Tasks to look for now. Of those known by id no more than could be read one by one: where they lie dense, there are requests left to look for more.</summary>
    private int Room => Math.Min(_query.PageSize - _page.Count, _plan.IsResolved ? RequestBudget.Requests - 2 : int.MaxValue);

    /// <summary>The next tasks in order, as many as there is room for; fewer when that would pass the budget, or there are no more.</summary>
    private async Task<List<Found>> GatherAsync(CancellationToken cancellationToken)
    {
        var found = new List<Found>();
        while (found.Count < Room)
        {
            var best = _cursors.Where(cursor => cursor.Count > 0).MaxBy(cursor => cursor.Head!.Id);
            if (best is not null && !(Bound() > best.Head!.Id))
            {
                // Two lanes may have used the same shard at the same time; then both segments show the task.
                if (best.Take() is var next && next.Id != _last)
                    found.Add(next);
                _last = next.Id;
            }
            else if (Bound() is null || !await ReadOnAsync(found.Count, cancellationToken))
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Puts tasks on the page; answers how many of those found were read.</summary>
    private async Task<int> GiveOutAsync(List<Found> found, CancellationToken cancellationToken)
    {
        var tasks = _plan.IsResolved ? await _resolver.ReadAsync(found, _budget, cancellationToken) : [.. found.Select(entry => entry.Task)];
        _page.AddRange(tasks.OfType<TaskRecord>().Where(task => !_plan.IsFiltered || _query.Matches(task)));
        _last = found[tasks.Count - 1].Id;
        return tasks.Count;
    }

    /// <summary>What is not read yet has ids before it; null: everything is read.</summary>
    private TaskId? Bound()
    {
        TaskId? bound = _next is null ? null : Earlier(_before, TaskKeys.FirstOf(_next.To));
        foreach (var cursor in _cursors)
        {
            if (!cursor.IsExhausted && cursor.Count == 0 && !(cursor.Bound <= bound))
                bound = cursor.Bound;
        }

        return bound;
    }

    /// <summary>Reads on where the newest may be; false: that would pass the budget.</summary>
    private async Task<bool> ReadOnAsync(int found, CancellationToken cancellationToken)
    {
        var left = _budget.RequestsLeft - RequestsToResolve(found);
        if (_budget.IsTimeOver || left <= 0 || _budget.PartitionsLeft <= 0)
        {
            // However slow storage is and however many segments lie side by side: a page that comes to nothing has looked
            // into a segment, and got further than the one before.
            if (_page.Count + found > 0 || (_cursors.Count > 0 && Bound() < _before))
                return false;
            left = 1;
        }

        var room = Room - found;
        var refill = _cursors.Where(cursor => !cursor.IsExhausted && cursor.Count == 0).MaxBy(cursor => cursor.Bound);
        if (refill is not null && (_next is null || refill.Bound >= TaskKeys.FirstOf(_next.To)))
        {
            _budget.Take();
            await ReadAsync(refill, Rows(room, 1), cancellationToken);
            return true;
        }

        var opened = await OpenAsync(Math.Min(WaveFor(room), left));
        var rows = Rows(room, opened.Count);
        await Task.WhenAll(opened.Select(cursor => ReadAsync(cursor, rows, cancellationToken)));
        return true;
    }

    /// <summary>Requests kept for the tasks of which only the id is known; not more than half, as many may be read at once.</summary>
    private int RequestsToResolve(int found) =>
        _plan.IsResolved ? Math.Min(found + _cursors.Sum(cursor => cursor.Count), RequestBudget.Requests / 2) : 0;

    /// <summary>Segments to open at once: as many as will fill the page, going by those before, but not more than twice as many as the last time.</summary>
    private int WaveFor(int room)
    {
        var found = _cursors.Sum(cursor => cursor.Read);
        var wanted = found == 0 ? MaxWave : (int)Math.Min(MaxWave, (((long)room * _cursors.Count) + found - 1) / found);
        var wave = Math.Min(_wave, wanted);
        _wave = Math.Min(wave * 2, MaxWave);
        return wave;
    }

    /// <summary>Rows to read of each of some segments: together twice what there is room for, should one hold little.</summary>
    private int Rows(int room, int segments)
    {
        var rows = segments == 1 ? room + 1 : Math.Min(room + 1, (2 * (room + 1) / segments) + 1);
        return Math.Min(_plan.IsFiltered && !_plan.IsResolved ? Math.Max(rows, FilteredRows) : rows, 1_000);
    }

    private Task ReadAsync(SegmentCursor cursor, int rows, CancellationToken cancellationToken) => cursor.ReadAsync(_reader, _tables, rows, cancellationToken);

    /// <summary>Takes the next segments, at least one.</summary>
    private async Task<List<SegmentCursor>> OpenAsync(int count)
    {
        var opened = new List<SegmentCursor>();
        while (_next is not null && opened.Count < count && (opened.Count == 0 || _budget.PartitionsLeft > 0))
        {
            _budget.TakePartition();
            opened.Add(new SegmentCursor(_next, _plan, _before, _oldest));
            await FindNextSegmentAsync();
        }

        _cursors.AddRange(opened);
        return opened;
    }

    private static TaskId Earlier(TaskId left, TaskId right) => left < right ? left : right;

    private async Task FindNextSegmentAsync()
    {
        do
            _next = await _segments.MoveNextAsync() ? _segments.Current : null;
        while (_next is not null && TaskKeys.FirstOf(_next.From) >= _before);

        // Those that follow end no later.
        if (_next is not null && TaskKeys.FirstOf(_next.To) <= _oldest)
            _next = null;
    }
}
