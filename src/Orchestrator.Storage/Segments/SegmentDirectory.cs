using System.Runtime.CompilerServices;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Segments;

/// <summary>Says which segments there are.</summary>
internal sealed class SegmentDirectory
{
    /// <summary>Rows read at a time: on a small app the periods of some days, on a large one the lanes of a period.</summary>
    public const int RowsPerRequest = 16;

    /// <summary>How long the fixed shards of old are remembered while one of a recent day may still be added.</summary>
    private static readonly TimeSpan FixedAge = TimeSpan.FromMinutes(1);

    private readonly TableReader _reader;
    private readonly TableClients _clients;
    private readonly TimeProvider _time;
    private volatile FixedShards? _fixed;

    public SegmentDirectory(TableReader reader, TableClients clients, TimeProvider time)
    {
        _reader = reader;
        _clients = clients;
        _time = time;
    }

    /// <summary>The segments with ids before a time, those first that end last.</summary>
    /// <param name="before">Milliseconds since 1970.</param>
    /// <param name="onRequest">Called for each request that is sent.</param>
    /// <param name="rowsPerRequest">Rows read at a time; each stands for the segments of a lane and period.</param>
    public async IAsyncEnumerable<Segment> NewestFirstAsync(
        long before,
        Action onRequest,
        int rowsPerRequest = RowsPerRequest,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var old = await FixedAsync(onRequest, cancellationToken);
        var next = 0;
        await foreach (var period in PeriodsAsync(before, onRequest, rowsPerRequest, cancellationToken))
        {
            // All of a period ends before the period does.
            var end = period[0].To;
            for (; next < old.Count && old[next].To >= end; next++)
                yield return old[next];
            foreach (var segment in period)
                yield return segment;
        }

        for (; next < old.Count; next++)
            yield return old[next];
    }

    /// <summary>Forgets what is remembered, as segments are gone.</summary>
    public void Forget() => _fixed = null;

    /// <summary>A fixed shard of old as a segment of its day.</summary>
    /// <param name="rowKey">Of its row in the directory.</param>
    public static Segment Fixed(string rowKey)
    {
        var (day, shard) = DayKeys.Parse(rowKey);
        return new Segment(day, shard, Start(day), Start(day.AddDays(1)));
    }

    /// <summary>The segments of one period after another.</summary>
    private async IAsyncEnumerable<List<Segment>> PeriodsAsync(long before, Action onRequest, int rowsPerRequest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = before == long.MaxValue ? "0" : SegmentKeys.FirstOf(PeriodBefore(before));
        var rows = 0;
        var period = new List<Segment>();
        long? current = null;
        onRequest();
        await foreach (var row in _reader.QueryAsync(_clients.NameOf(DayKeys.Table), SegmentKeys.Partition, from, ":", pageSize: rowsPerRequest, cancellationToken: cancellationToken))
        {
            if (rows++ is > 0 and var read && read % rowsPerRequest == 0)
                onRequest();
            if (current != SegmentKeys.Period(row.RowKey) && period.Count > 0)
            {
                yield return Sorted(period);
                period = [];
            }

            current = SegmentKeys.Period(row.RowKey);
            period.AddRange(SegmentRow.Read(row).Where(segment => segment.From < before));
        }

        if (period.Count > 0)
            yield return Sorted(period);
    }

    private static long PeriodBefore(long before) => TaskShards.PeriodOf(Math.Max(0, before - 1));

    private static List<Segment> Sorted(List<Segment> segments) => [.. segments.OrderByDescending(segment => segment.To).ThenByDescending(segment => segment.From)];

    /// <summary>The fixed shards of old as segments of a day: release 1 wrote them, so there are no more of days long gone.</summary>
    private async Task<IReadOnlyList<Segment>> FixedAsync(Action onRequest, CancellationToken cancellationToken)
    {
        if (_fixed is { } known && (known.IsFinal || _time.GetElapsedTime(known.ReadAt) < FixedAge))
            return known.Segments;

        var readAt = _time.GetTimestamp();
        var segments = new List<Segment>();
        onRequest();
        await foreach (var row in _reader.QueryAsync(_clients.NameOf(DayKeys.Table), DayKeys.Partition, "0", ":", cancellationToken: cancellationToken))
        {
            segments.Add(Fixed(row.RowKey));
        }

        var yesterday = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).AddDays(-1);
        _fixed = new FixedShards(segments, readAt, segments.Count == 0 || segments[0].Day < yesterday);
        return segments;
    }

    private static long Start(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();

    private sealed record FixedShards(IReadOnlyList<Segment> Segments, long ReadAt, bool IsFinal);
}
