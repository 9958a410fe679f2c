using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Counting;

/// <summary>
/// Counts tasks, segment by segment. A segment that is closed and has only tasks that are over is counted once, and its
/// count kept as a row; of the others a call counts some: first those never counted, then those whose count is oldest. Whoever deletes tasks withdraws
/// the kept count before and after, and a count is kept only if nobody has written or withdrawn one since it began; so none is kept that a deletion has overtaken.
/// </summary>
internal sealed partial class TaskCounter : IDisposable
{
    /// <summary>Segments that a call counts.</summary>
    public const int SegmentsPerCall = 32;

    private const int AtOnce = 4;
    private const int RowsPerRequest = 1_000;

    /// <summary>Time for those who are just writing a task into a segment that has closed.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>After this all is read anew: another process may have deleted tasks.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private static readonly string[] Counted = ["RowKey", TaskColumns.State, TaskColumns.Type, TaskColumns.DueAt, TaskColumns.UpdatedAt, TaskColumns.StartedAt, TaskColumns.FinishedAt];

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SegmentDirectory _directory;
    private readonly TableReader _reader;
    private readonly TableClients _clients;
    private readonly DayTables _tables;
    private readonly TimeProvider _time;
    private readonly ILogger<TaskCounter> _logger;
    private Dictionary<(int Shard, long From), CountedSegment> _segments = [];
    private DateTimeOffset? _readAt;

    public TaskCounter(SegmentDirectory directory, TableReader reader, TableClients clients, DayTables tables, TimeProvider time, ILogger<TaskCounter> logger)
    {
        _directory = directory;
        _reader = reader;
        _clients = clients;
        _tables = tables;
        _time = time;
        _logger = logger;
    }

    public void Dispose() => _turn.Dispose();

    public async Task<TaskCounts> CountAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await RefreshAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts those segments that are due, and sums up. In its turn only.</summary>
    private async Task<TaskCounts> RefreshAsync(CancellationToken cancellationToken)
    {
        await ReadSegmentsAsync(cancellationToken);
        var due = _segments.Values.Where(segment => !segment.IsFinal)
            .OrderBy(segment => segment.Tally is null || segment.IsDue ? DateTimeOffset.MinValue : segment.CountedAt).ThenByDescending(segment => segment.Segment.From)
            .Take(SegmentsPerCall);
        await Parallel.ForEachAsync(due.ToList(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (segment, token) => await CountAsync(segment, token));
        return Sum();
    }

    /// <summary>Forgets what was counted where a task is, as it is being deleted. Nobody can have begun yet to count an open segment for good.</summary>
    public async Task ForgetAsync(TaskId id, CancellationToken cancellationToken)
    {
        var time = id.CreatedAt.ToUnixTimeMilliseconds();
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await foreach (var segment in _directory.NewestFirstAsync(time + 1, static () => { }, cancellationToken: cancellationToken))
        {
            if (segment.To <= time)
                break;
            if (segment.Shard != id.Shard)
                continue;
            if (segment.To > now)
                await ForgetAsync(segment.Shard, segment.From, version: null, cancellationToken);
            else
                await ForgetAsync(segment.Shard, segment.From, cancellationToken);
        }
    }

    /// <summary>Forgets segments that are gone with all their tasks.</summary>
    public async Task RemoveAsync(IEnumerable<Segment> segments, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var segment in segments)
                _segments.Remove((segment.Shard, segment.From));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Forgets what was counted in a segment, as tasks in it are being deleted.</summary>
    public async Task ForgetAsync(int shard, long from, CancellationToken cancellationToken)
    {
        string? version = null;
        try
        {
            version = VersionOf(await CallAsync(table => table.UpsertEntityAsync(CountRow.Withdrawn(shard, from), TableUpdateMode.Replace, cancellationToken), cancellationToken));
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // No directory, no count.
        }

        await ForgetAsync(shard, from, version, cancellationToken);
    }

    /// <summary>Forgets what this process has counted.</summary>
    /// <param name="version">Of the row in place of the count, if there is one.</param>
    private async Task ForgetAsync(int shard, long from, string? version, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_segments.TryGetValue((shard, from), out var segment))
                (segment.Tally, segment.IsFinal, segment.Version) = (null, false, version);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads which segments there are: all, with their stored counts, once in a while, else those of late.</summary>
    private async Task ReadSegmentsAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var isAll = _readAt is not { } readAt || now - readAt >= MaxAge;
        var since = isAll ? 0 : (_readAt!.Value - (2 * TaskShards.Period)).ToUnixTimeMilliseconds();
        var before = _segments;
        if (isAll)
            _segments = [];
        await foreach (var segment in _directory.NewestFirstAsync(long.MaxValue, static () => { }, RowsPerRequest, cancellationToken))
        {
            if (segment.To < since)
                break;
            var key = (segment.Shard, segment.From);
            if (_segments.TryGetValue(key, out var known) || before.TryGetValue(key, out known))
                known.Segment = segment;
            _segments[key] = known ?? new CountedSegment { Segment = segment };
        }

        SetApart();
        if (!isAll)
            return;

        await ReadCountsAsync(now, cancellationToken);
        _readAt = now;
    }

    /// <summary>Reads the stored counts. Where another process has withdrawn one, what was counted stands until it is counted anew.</summary>
    private async Task ReadCountsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var segment in _segments.Values)
            (segment.IsDue, segment.IsFinal, segment.Version) = (segment.IsFinal, false, null);
        var first = FinishDigest.FirstMinute(now);
        await foreach (var row in _reader.QueryAsync(_clients.NameOf(DayKeys.Table), CountKeys.Partition, "0", ":", columns: CountRow.CountColumns, cancellationToken: cancellationToken))
        {
            try
            {
                ReadCount(row, now, first);
            }
            catch (Exception exception) when (UnreadableRows.IsMeant(exception))
            {
                _logger.PassedOver(exception, row.RowKey, _clients.NameOf(DayKeys.Table), CountKeys.Partition);
            }
        }
    }

    private void ReadCount(TableEntity row, DateTimeOffset now, long first)
    {
        if (!_segments.TryGetValue(CountKeys.Parse(row.RowKey), out var segment))
            return;

        segment.Version = row.ETag.ToString();
        if (CountRow.IsWithdrawn(row) || !CountRow.TellsFinishes(row, first))
            return;

        (segment.Tally, segment.CountedAt, segment.IsFinal, segment.IsDue) = (CountRow.Read(row), now, true, false);
        (segment.LastFinish, segment.Finishes) = (row.GetInt64(CountRow.LastFinish) ?? 0, null);
    }

    /// <summary>Two lanes may have had the same shard at the same time; a task counts in the segment that began first.</summary>
    private void SetApart()
    {
        foreach (var shard in _segments.Values.GroupBy(segment => (segment.Segment.Day, segment.Segment.Shard)))
        {
            long end = 0;
            foreach (var segment in shard.OrderBy(segment => segment.Segment.From))
            {
                segment.CountsFrom = Math.Max(segment.Segment.From, end);
                end = Math.Max(end, segment.Segment.To);
            }
        }
    }

    private async Task CountAsync(CountedSegment counted, CancellationToken cancellationToken)
    {
        var segment = counted.Segment;
        var countedAt = _time.GetUtcNow();
        var tally = new Tally();
        var finishes = new FinishDigest();
        var first = FinishDigest.FirstMinute(countedAt);
        var from = TaskKeys.FirstOf(counted.CountsFrom);
        var to = TaskKeys.FirstOf(segment.To);
        var table = _tables.NameOf(segment.Day, segment.Shard);
        var unreadable = 0;
        await foreach (var row in _reader.QueryAsync(table, segment.Partition, "s!", "s\"", columns: Counted, cancellationToken: cancellationToken))
        {
            try
            {
                if (TaskKeys.IdAtEnd(row.RowKey) is var id && id >= from && id < to)
                    Add(row, id, tally, finishes, first);
            }
            catch (Exception exception) when (UnreadableRows.IsMeant(exception))
            {
                if (++unreadable > counted.Unreadable)
                    _logger.PassedOver(exception, row.RowKey, table, segment.Partition);
            }
        }

        (counted.Tally, counted.CountedAt, counted.IsDue) = (tally, countedAt, false);
        (counted.LastFinish, counted.Finishes) = (finishes.LastMinute ?? 0, finishes);
        counted.Unreadable = unreadable;

        // What this release cannot read another one may: so the count is not the last word.
        counted.IsFinal = unreadable == 0 && tally.IsOver && countedAt - Margin > DateTimeOffset.FromUnixTimeMilliseconds(segment.To);
        if (counted.IsFinal && CountRow.Create(segment.Shard, segment.From, tally, finishes) is { } kept)
            counted.IsFinal = await TryKeepAsync(counted, kept, cancellationToken);
    }

    /// <summary>Keeps a count, unless somebody has written or withdrawn one since it began; then the segment is counted again.</summary>
    private async Task<bool> TryKeepAsync(CountedSegment counted, TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            counted.Version = VersionOf(await CallAsync(
                table => counted.Version is { } version ? table.UpdateEntityAsync(row, new ETag(version), TableUpdateMode.Replace, cancellationToken) : table.AddEntityAsync(row, cancellationToken),
                cancellationToken));
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            counted.Version = (await _reader.GetAsync(_clients.NameOf(DayKeys.Table), row.PartitionKey, row.RowKey, cancellationToken))?.Row.ETag.ToString();
            return false;
        }
    }

    private static void Add(TableEntity row, TaskId id, Tally tally, FinishDigest finishes, long first)
    {
        var state = Enum.Parse<TaskState>(row.RequireText(TaskColumns.State));
        tally.Add(state, row.RequireText(TaskColumns.Type));
        if (state == TaskState.Queued)
            tally.AddQueued(id, row.RequireTime(TaskColumns.UpdatedAt));
        if (state == TaskState.Scheduled && row.GetDateTimeOffset(TaskColumns.DueAt) is { } dueAt)
            tally.AddScheduled(id, dueAt);
        if (row.GetDateTimeOffset(TaskColumns.FinishedAt) is { } finishedAt)
            finishes.Add(first, state, id.CreatedAt, row.GetDateTimeOffset(TaskColumns.StartedAt), finishedAt);
    }

    private TaskCounts Sum()
    {
        var sum = new Tally();
        foreach (var segment in _segments.Values)
        {
            if (segment.Tally is { } tally)
                sum.Add(tally);
        }

        var asOf = _segments.Values.Where(segment => !segment.IsFinal && segment.Tally is not null).Select(segment => segment.CountedAt).DefaultIfEmpty(_time.GetUtcNow()).Min();
        return new TaskCounts(sum.ByState, sum.ByType, asOf, _segments.Values.Any(segment => segment.Tally is null));
    }

    private static string? VersionOf(Response response) => response.Headers.ETag?.ToString();

    /// <summary>Sends to the table of days.</summary>
    private async Task<Response> CallAsync(Func<TableClient, Task<Response>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call(_clients.Reading(_clients.NameOf(DayKeys.Table)));
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }
}
