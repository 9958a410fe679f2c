using Orchestrator.Storage.Segments;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Recovery;

/// <summary>
/// Goes round the partitions that have segments, each as often as whoever looks at it says. A day has at most 256 of them, however many segments lie in each. Costs, when
/// nothing is due, one request for the newest rows of the directory; remembers those that are to be looked at again, and of the others only such as may
/// still get a segment. Not safe for concurrent use.
/// </summary>
/// <param name="growthPause">A partition that has got another segment is due after so long at the latest.</param>
internal sealed class PartitionRounds(SegmentDirectory directory, TimeSpan growthPause)
{
    /// <summary>While so many have never been looked at, no more of earlier times are taken up.</summary>
    public const int MostUnseen = 256;

    /// <summary>Segments that a call takes up at most from earlier times; there are such only after a start.</summary>
    private const int SegmentsPerCall = 10_000;

    private const int RowsPerRequest = 1_000;

    private readonly Dictionary<(DateOnly Day, int Shard), Entry> _entries = [];

    /// <summary>Those never to be looked at again, with the end of their last segment then; only while the newest rows of the directory may still name them.</summary>
    private readonly Dictionary<(DateOnly Day, int Shard), long> _settled = [];

    /// <summary>When the directory was last read, in milliseconds since 1970.</summary>
    private long? _readAt;

    /// <summary>Segments of earlier times are still to be taken up, those before this; null: none.</summary>
    private long? _olderThan = long.MaxValue;

    private long _taken;

    /// <summary>How many partitions are remembered.</summary>
    public int Remembered => _entries.Count + _settled.Count;

    /// <summary>
    /// The partitions that are due, at most <paramref name="count"/>: those that have waited longest, by turns with those never looked at, in the order in which they
    /// were taken up: after a start the newest first, from then on as they come. So neither can keep the others waiting, however many there are.
    /// One stays due until it is settled.
    /// </summary>
    public async Task<IReadOnlyList<SegmentPartition>> NextAsync(int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_readAt is { } readAt)
            await TakeUpNewAsync(readAt - (long)TaskShards.Period.TotalMilliseconds, now, cancellationToken);
        if (_olderThan is { } olderThan && _entries.Values.Count(entry => entry.Due is null) < MostUnseen)
            _olderThan = await TakeUpOldAsync(olderThan, cancellationToken);

        _readAt = now.ToUnixTimeMilliseconds();
        Forget(_readAt.Value - (long)TaskShards.Period.TotalMilliseconds);
        var again = _entries.Values.Where(entry => entry.Due <= now).OrderBy(entry => entry.Due).ThenBy(entry => entry.Number).Take(count).ToList();
        var first = _entries.Values.Where(entry => entry.Due is null).OrderBy(entry => entry.Number).Take(count).ToList();
        return [.. ByTurns(again, first).Take(count).Select(entry => entry.Partition)];
    }

    /// <summary>Whether no partition is due, and none is still to be taken up.</summary>
    public bool IsDone(DateTimeOffset now) => _olderThan is null && _entries.Values.All(entry => entry.Due > now);

    /// <summary>Whether each partition has been looked at, and none is still to be taken up.</summary>
    public bool HasSeenAll => _olderThan is null && _entries.Values.All(entry => entry.Due is not null);

    /// <summary>Says when a partition is due again; null: never, unless it gets another segment.</summary>
    public void Settle(SegmentPartition partition, DateTimeOffset? due)
    {
        var key = (partition.Day, partition.Shard);
        if (due is not null && _entries.TryGetValue(key, out var entry))
            entry.Due = due;
        else if (due is null && _entries.Remove(key))
            _settled[key] = partition.To;
    }

    private static IEnumerable<Entry> ByTurns(List<Entry> one, List<Entry> other)
    {
        for (var i = 0; i < one.Count || i < other.Count; i++)
        {
            if (i < one.Count)
                yield return one[i];
            if (i < other.Count)
                yield return other[i];
        }
    }

    /// <summary>Takes up what has come since the directory was last read; as the segments of that time close, it is known better when.</summary>
    private async Task TakeUpNewAsync(long since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ends = new Dictionary<(DateOnly Day, int Shard), long>();
        await foreach (var segment in directory.NewestFirstAsync(long.MaxValue, static () => { }, cancellationToken: cancellationToken))
        {
            if (segment.To < since)
                break;
            var key = (segment.Day, segment.Shard);
            ends[key] = Math.Max(segment.To, ends.GetValueOrDefault(key));
        }

        foreach (var (key, to) in ends.OrderBy(end => end.Value))
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                Add(key, to);
                continue;
            }

            if (to > entry.Partition.To && entry.Due > now + growthPause)
                entry.Due = now + growthPause;
            entry.Partition = entry.Partition with { To = to };
        }
    }

    /// <summary>Takes up what was there before; answers before which there is more, null when that was all.</summary>
    private async Task<long?> TakeUpOldAsync(long before, CancellationToken cancellationToken)
    {
        var (segments, added) = (0, 0);
        long? last = null;
        await foreach (var segment in directory.NewestFirstAsync(before, static () => { }, RowsPerRequest, cancellationToken))
        {
            // Those that end later have been taken up by the call before.
            if (segment.To > before)
                continue;
            if (segment.To < last)
                return last - 1;
            if (!_entries.ContainsKey((segment.Day, segment.Shard)) && Add((segment.Day, segment.Shard), segment.To))
                added++;
            if (++segments >= SegmentsPerCall || added >= MostUnseen)
                last ??= segment.To;
        }

        return null;
    }

    private bool Add((DateOnly Day, int Shard) key, long to)
    {
        if (_settled.TryGetValue(key, out var end) && to <= end)
            return false;

        _settled.Remove(key);
        _entries.Add(key, new Entry { Partition = new SegmentPartition(key.Day, key.Shard, to), Number = _taken++ });
        return true;
    }

    /// <summary>Forgets what the newest rows of the directory name no more.</summary>
    private void Forget(long before)
    {
        foreach (var key in _settled.Where(settled => settled.Value < before).Select(settled => settled.Key).ToList())
            _settled.Remove(key);
    }

    private sealed class Entry
    {
        public required SegmentPartition Partition { get; set; }

        /// <summary>The how manieth it was to be taken up.</summary>
        public required long Number { get; init; }

        /// <summary>When it is to be looked at again; null: it has not been looked at.</summary>
        public DateTimeOffset? Due { get; set; }
    }
}
