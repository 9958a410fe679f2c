using System.Globalization;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows that say how many tasks a segment has, once that cannot change any more; beside those that say which segments there are.</summary>
internal static class CountKeys
{
    public const string Partition = "counts";

    /// <param name="from">First millisecond of the segment.</param>
    public static string Row(int shard, long from) => $"{SegmentKeys.FirstOf(from)}!{TaskKeys.Partition(shard)}";

    /// <summary>Reads a row key back.</summary>
    public static (int Shard, long From) Parse(string rowKey) => (int.Parse(rowKey.AsSpan(15), NumberStyles.HexNumber, CultureInfo.InvariantCulture), SegmentKeys.Period(rowKey));
}
