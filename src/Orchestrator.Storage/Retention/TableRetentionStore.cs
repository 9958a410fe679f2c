using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Retention;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tasks;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Retention;

/// <summary>
/// Removes tasks segment by segment. A segment is first looked at when its oldest task could be over its time; then it is known when the next one is.
/// A day that is settled as a whole is left alone until all of it is over its time, if that is soon, and its tables are dropped.
/// </summary>
internal sealed class TableRetentionStore : IRetentionStore
{
    /// <summary>Segments that a call of <see cref="PlanAsync"/> looks into.</summary>
    public const int LooksPerCall = 32;

    private const int AtOnce = 8;
    private const int RowsPerRequest = 1_000;

    /// <summary>Longest time that a task is kept beyond its own so that it goes with its whole day.</summary>
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(1);

    /// <summary>A segment that was looked at so short a time ago is taken for looked at, though something may be over its time since.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    /// <summary>How long a day that could not be dropped is not tried again.</summary>
    private static readonly TimeSpan PutOffTime = TimeSpan.FromHours(1);

    private readonly RetentionMemory _memory;
    private readonly SegmentLooks _looks;
    private readonly DayDropper _dropper;
    private readonly SegmentDirectory _directory;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TaskTraces _traces;
    private readonly TaskDeleter _deleter;
    private readonly TaskCounter _counter;
    private readonly TimeProvider _time;
    private readonly ILogger<TableRetentionStore> _logger;
    private readonly Dictionary<DateOnly, DateTimeOffset> _putOff = [];
    private Dictionary<string, Segment> _segments = [];

    public TableRetentionStore(
        RetentionMemory memory,
        SegmentLooks looks,
        DayDropper dropper,
        SegmentDirectory directory,
        TableReader reader,
        DayTables tables,
        TaskTraces traces,
        TaskDeleter deleter,
        TaskCounter counter,
        TimeProvider time,
        ILogger<TableRetentionStore> logger)
    {
        _logger = logger;
        _memory = memory;
        _looks = looks;
        _dropper = dropper;
        _directory = directory;
        _reader = reader;
        _tables = tables;
        _traces = traces;
        _deleter = deleter;
        _counter = counter;
        _time = time;
    }

    public async Task<RetentionPlan> PlanAsync(RetentionRules rules, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await _memory.ReadAsync(cancellationToken);

        // All segments of a day are known, and looked at, before the first of its tasks may go: then it can be seen whether all go soon.
        var horizon = now - rules.Shortest + Grace(rules);
        var segments = await ReadSegmentsAsync(horizon, cancellationToken);
        var unclear = segments.Where(segment => NeedsLook(segment, rules, now, StartOf(segment.Day.AddDays(1)) <= horizon)).OrderBy(LookedAt).ToList();
        await Parallel.ForEachAsync(unclear.Take(LooksPerCall), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (segment, token) =>
            await _looks.LookAsync(segment, token));

        var days = new List<DateOnly>();
        var due = new List<RetentionSegment>();
        foreach (var day in segments.GroupBy(segment => segment.Day))
        {
            var isKnown = StartOf(day.Key.AddDays(1)) <= horizon;
            if (isKnown && day.Any(segment => _memory.Find(segment) is null))
                continue;
            var lastDue = isKnown ? LastDue(day, rules) : null;
            var isPutOff = _putOff.TryGetValue(day.Key, out var until) && now < until;
            if (lastDue <= now && !isPutOff)
                days.Add(day.Key);
            else if (isPutOff || !(lastDue <= now + Grace(rules)))
                due.AddRange(day.Where(segment => _memory.Find(segment)?.Content.HasDue(rules, now) == true).Select(Outside));
        }

        return new RetentionPlan(days, due, !unclear.Skip(LooksPerCall).Any(segment => LookedAt(segment) <= now - Lately));
    }

    public async Task<IReadOnlyList<TaskRecord>> ListDueAsync(RetentionSegment segment, RetentionRules rules, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return [.. (await _looks.LookAsync(_segments[segment.Key], cancellationToken)).Tasks.Where(task => IsDue(task, rules, now))];
    }

    public async Task<IReadOnlyList<TaskId>> RemoveAsync(RetentionSegment segment, IReadOnlyList<TaskRecord> tasks, CancellationToken cancellationToken)
    {
        await _traces.RemoveAsync(tasks, cancellationToken);
        await ForgetCountsAsync(segment, cancellationToken);
        var removed = new ConcurrentBag<TaskId>();
        await Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (task, token) =>
        {
            if (await TryRemoveAsync(task.Id, token))
                removed.Add(task.Id);
        });
        await ForgetCountsAsync(segment, cancellationToken);
        return [.. removed];
    }

    public async Task<IReadOnlyList<RetentionSegment>> ListToReleaseAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await _memory.ReadAsync(cancellationToken);
        return [.. _segments.Values.Where(segment => segment.Day == day && _memory.Find(segment) is not { IsReleased: true }).OrderBy(segment => segment.From).Select(Outside)];
    }

    public async Task<IReadOnlyList<TaskRecord>?> ListAllDueAsync(RetentionSegment segment, RetentionRules rules, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var (tasks, isWhole) = await _looks.LookAsync(_segments[segment.Key], cancellationToken);
        return isWhole && tasks.All(task => IsDue(task, rules, now)) ? tasks : null;
    }

    public async Task ReleaseAsync(RetentionSegment segment, IReadOnlyList<TaskRecord> tasks, CancellationToken cancellationToken)
    {
        await _traces.RemoveAsync(tasks, cancellationToken);
        await _memory.PutReleasedAsync(_segments[segment.Key], cancellationToken);
    }

    public void PutOff(DateOnly day) => _putOff[day] = _time.GetUtcNow() + PutOffTime;

    public Task<bool> DropAsync(DateOnly day, CancellationToken cancellationToken) => _dropper.DropAsync(day, cancellationToken);

    private async Task<bool> TryRemoveAsync(TaskId id, CancellationToken cancellationToken)
    {
        var table = _tables.NameOf(id);
        if (await _reader.GetAsync(table, TaskKeys.Partition(id.Shard), TaskKeys.Task(id), cancellationToken) is not { Row: var row })
            return true;

        try
        {
            return await _deleter.TryDeleteRowsAsync(TaskRow.Read(row), row.ETag.ToString(), cancellationToken);
        }
        catch (Exception exception) when (UnreadableRows.IsMeant(exception))
        {
            // It, or an event of it, is of a newer release.
            _logger.PassedOver(exception, row.RowKey, table, row.PartitionKey);
            return false;
        }
    }

    private static bool IsDue(TaskRecord task, RetentionRules rules, DateTimeOffset now) =>
        PurgeObstacles.Find(task) is null && task.FinishedAt is { } end && end + rules.Of(task.Type, task.State) <= now;

    /// <summary>Two lanes may have had the shard at the same time: then a task counts in either segment.</summary>
    private async Task ForgetCountsAsync(RetentionSegment segment, CancellationToken cancellationToken)
    {
        var shard = _segments[segment.Key].Shard;
        foreach (var other in _segments.Values.Where(other => other.Day == segment.Day && other.Shard == shard))
            await _counter.ForgetAsync(shard, other.From, cancellationToken);
    }

    /// <summary>Those that were never looked at come first, then those whose look is longest ago: so each has its turn, however many there are.</summary>
    private DateTimeOffset LookedAt(Segment segment) => _memory.Find(segment)?.Content.LookedAt ?? DateTimeOffset.MinValue;

    /// <summary>A segment that is settled changes only by deletions.</summary>
    /// <param name="isWholeDayKnown">Whether it is to be looked at though nothing in it is over its time yet.</param>
    private bool NeedsLook(Segment segment, RetentionRules rules, DateTimeOffset now, bool isWholeDayKnown) =>
        _memory.Find(segment) is { Content: var content }
            ? !content.IsSettled && content.FirstDue(rules) <= now
            : isWholeDayKnown || DateTimeOffset.FromUnixTimeMilliseconds(segment.From) + rules.Shortest <= now;

    private DateTimeOffset? LastDue(IEnumerable<Segment> day, RetentionRules rules)
    {
        var last = DateTimeOffset.MinValue;
        foreach (var segment in day)
        {
            if (_memory.Find(segment)?.Content.LastDue(rules) is not { } due)
                return null;
            last = due > last ? due : last;
        }

        return last;
    }

    private static TimeSpan Grace(RetentionRules rules) => rules.Shortest / 10 < LongestGrace ? rules.Shortest / 10 : LongestGrace;

    /// <summary>Reads the segments with ids before a time, the oldest first.</summary>
    private async Task<IReadOnlyList<Segment>> ReadSegmentsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var segments = new List<Segment>();
        await foreach (var segment in _directory.NewestFirstAsync(before.ToUnixTimeMilliseconds() + 1, static () => { }, RowsPerRequest, cancellationToken))
            segments.Add(segment);
        segments.Sort((left, right) => left.From.CompareTo(right.From));
        _segments = segments.ToDictionary(RetentionRow.Key, StringComparer.Ordinal);
        return segments;
    }

    private static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static RetentionSegment Outside(Segment segment) => new(segment.Day, RetentionRow.Key(segment));
}
