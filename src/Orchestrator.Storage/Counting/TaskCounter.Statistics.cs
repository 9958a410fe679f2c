using Azure.Data.Tables;
using Orchestrator.Stats;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;

namespace Orchestrator.Storage.Counting;

/// <summary>
/// What else the counting shows. Every figure comes from the rows that are counted anyway: of a segment that cannot change any more, what ended in it of late is
/// stored beside its count.
/// </summary>
internal sealed partial class TaskCounter : ITaskStatistics
{
    /// <summary>Segments that a call looks at once more, to be sure of the task that has been Queued for longest.</summary>
    public const int OldestLooks = 4;

    /// <summary>Segments that a call looks at once more, to be sure of the task that is most overdue.</summary>
    public const int OverdueLooks = 4;

    public async Task<TaskStatistics> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var begun = _time.GetUtcNow();
            var counts = await RefreshAsync(cancellationToken);
            await ReadFinishesAsync(begun, cancellationToken);
            var oldest = await FindOldestAsync(begun, cancellationToken);
            var overdue = await FindMostOverdueAsync(begun, cancellationToken);
            return new TaskStatistics(counts, LiveByType(), oldest, overdue, LastHour(begun));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads what ended of late in segments that another process, or this one long ago, has counted for good.</summary>
    private async Task ReadFinishesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = FinishDigest.FirstMinute(now);
        if (!_segments.Values.Any(segment => segment is { IsFinal: true, Finishes: null } && segment.LastFinish >= first))
            return;

        var condition = TableClient.CreateQueryFilter($"LastFinish ge {first}");
        var rows = _reader.QueryAsync(_clients.NameOf(DayKeys.Table), CountKeys.Partition, "0", ":", columns: CountRow.FinishColumns, condition: condition, cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            try
            {
                if (_segments.TryGetValue(CountKeys.Parse(row.RowKey), out var segment) && segment.Finishes is null)
                    segment.Finishes = CountRow.ReadFinishes(row);
            }
            catch (Exception exception) when (UnreadableRows.IsMeant(exception))
            {
                _logger.PassedOver(exception, row.RowKey, _clients.NameOf(DayKeys.Table), CountKeys.Partition);
            }
        }
    }

    /// <summary>The oldest of those found when each segment was counted, if its segment has just been counted; else looks again.</summary>
    private async Task<OldestQueued?> FindOldestAsync(DateTimeOffset begun, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var found = _segments.Values.Where(segment => segment.Tally?.OldestQueued is not null).MinBy(segment => (segment.Tally!.OldestQueued!.Since, segment.Tally.OldestQueued.Id));
            if (found is null || found.CountedAt >= begun || i == OldestLooks)
                return found?.Tally!.OldestQueued;

            await CountAsync(found, cancellationToken);
        }
    }

    /// <summary>
    /// Of those whose time was past when their segment was last counted, or is by now, the first that is so still. One that could not be looked at again is none:
    /// it has begun by now as a rule, and a segment that is not counted for long would give an alarm that is none.
    /// </summary>
    private async Task<OverdueTask?> FindMostOverdueAsync(DateTimeOffset begun, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var overdue = _segments.Values.Where(segment => segment.Tally?.FirstDue?.DueAt < begun && (i < OverdueLooks || segment.CountedAt >= begun));
            var found = overdue.MinBy(segment => (segment.Tally!.FirstDue!.DueAt, segment.Tally.FirstDue.Id));
            if (found is null || found.CountedAt >= begun)
                return found?.Tally!.FirstDue;

            await CountAsync(found, cancellationToken);
        }
    }

    private Dictionary<string, long> LiveByType()
    {
        var live = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (type, count) in _segments.Values.SelectMany(segment => segment.Tally?.LiveByType ?? []))
            live[type] = live.GetValueOrDefault(type) + count;
        return live;
    }

    private FinishedTasks LastHour(DateTimeOffset now)
    {
        var first = FinishDigest.FirstMinute(now);
        var sum = new FinishMinute();
        foreach (var segment in _segments.Values)
        {
            if (segment.LastFinish >= first)
                segment.Finishes?.AddTo(sum, first);
            else
                segment.Finishes = null;
        }

        return new FinishedTasks(FinishDigest.TimeOf(first), now, sum.ByState.ToDictionary(entry => entry.Key, entry => (long)entry.Value), sum.Wait, sum.Run);
    }
}
