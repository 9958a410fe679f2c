using System.Collections.Immutable;
using System.Globalization;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Segments;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>The segments of a lane in a period as a row. Its first shard and the times they opened at say all of them.</summary>
internal static class SegmentRow
{
    private const int Schema = 1;
    private const string FirstShard = "FirstShard";
    private const string Opened = "Opened";
    private const string ClosedAt = "ClosedAt";

    /// <param name="closedAt">When the last one closed, in milliseconds since 1970; null while it is open.</param>
    public static TableEntity Create(TaskSegment segment, long? closedAt)
    {
        var row = new TableEntity(SegmentKeys.Partition, SegmentKeys.Row(segment.Period, segment.Lane))
        {
            [TaskColumns.Schema] = Schema,
            [FirstShard] = segment.FirstShard,

            // Thousands of segments fit into a column: at most seven characters each.
            [Opened] = string.Join(',', segment.Opened.Select(time => (time - segment.Period).ToString("x", CultureInfo.InvariantCulture))),
        };
        if (closedAt is { } time)
            row[ClosedAt] = time;
        return row;
    }

    /// <summary>The segments that a row stands for, oldest first.</summary>
    public static IEnumerable<Segment> Read(TableEntity row)
    {
        var period = SegmentKeys.Period(row.RowKey);
        var day = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(period).UtcDateTime);
        var first = row.RequireNumber(FirstShard);
        var opened = Times(row, period);
        var end = row.GetInt64(ClosedAt) ?? period + (long)TaskShards.Period.TotalMilliseconds;
        return opened.Select((from, index) => new Segment(day, TaskShards.After(first, index), from, index + 1 < opened.Length ? opened[index + 1] : end));
    }

    /// <summary>Whether a stored row says all that <paramref name="row"/> says.</summary>
    public static bool Covers(TableEntity stored, TableEntity row) =>
        stored.RequireText(Opened).StartsWith(row.RequireText(Opened), StringComparison.Ordinal) && (row.GetInt64(ClosedAt) is null || stored.GetInt64(ClosedAt) is not null);

    private static ImmutableArray<long> Times(TableEntity row, long period) =>
        [.. row.RequireText(Opened).Split(',').Select(time => period + long.Parse(time, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
