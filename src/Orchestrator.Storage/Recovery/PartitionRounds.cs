using Orchestrator.Storage.Segments;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Recovery;

/// <summary>
/// Goes round the segments, each as often as whoever looks at it says. Costs, when nothing is due, one request for the newest rows of the directory. Not safe
/// for concurrent use.
/// </summary>
internal sealed class SegmentRounds(SegmentDirectory directory)
{
    /// <summary>Segments that a call takes up at most from the directory; there are more only after a start.</summary>
    private const int NewSegmentsPerCall = 1_000;

    private readonly Dictionary<(DateOnly Day, int Shard, long From), Entry> _entries = [];

    /// <summary>When the directory was last read, in milliseconds since 1970.</summary>
    private long? _readAt;

    /// <summary>Segments of earlier times are still to be taken up, those before this; null: none.</summary>
    private long? _olderThan = long.MaxValue;

    /// <summary>
    /// The segments that are due, at most <paramref name="count"/>: those that have waited longest, and those never looked at, the newest first. After a start
    /// there may be many of these; they take half of the places at most while others are due.
    /// </summary>
    public async Task<IReadOnlyList<Segment>> NextAsync(int count, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = _readAt - (long)TaskShards.Period.TotalMilliseconds;
        if (since is not null)
            await TakeUpAsync(long.MaxValue, since.Value, int.MaxValue, cancellationToken);
        if (_olderThan is { } olderThan)
            _olderThan = await TakeUpAsync(olderThan, 0, NewSegmentsPerCall, cancellationToken);

        _readAt = now.ToUnixTimeMilliseconds();
        Entry[] again = [.. _entries.Values.Where(entry => entry.Due is { } due && due <= now).OrderBy(entry => entry.Due).Take(count)];
        Entry[] first = [.. _entries.Values.Where(entry => entry.Due is null).OrderByDescending(entry => entry.Segment.From).Take(Math.Max(count / 2, count - again.Length))];
        return [.. first.Concat(again).Take(count).Select(entry => entry.Segment)];
    }

    /// <summary>Says when a segment is due again; null: never.</summary>
    public void Settle(Segment segment, DateTimeOffset? due) => _entries[(segment.Day, segment.Shard, segment.From)].Due = due ?? DateTimeOffset.MaxValue;

    /// <summary>Takes up segments; answers before which there are more, null when these were all.</summary>
    private async Task<long?> TakeUpAsync(long before, long since, int most, CancellationToken cancellationToken)
    {
        var taken = 0;
        await foreach (var segment in directory.NewestFirstAsync(before, static () => { }, cancellationToken: cancellationToken))
        {
            if (segment.To < since)
                return null;

            var key = (segment.Day, segment.Shard, segment.From);
            if (_entries.TryGetValue(key, out var entry))
                entry.Segment = segment;
            else
                _entries.Add(key, new Entry { Segment = segment });
            if (++taken == most)
                return segment.To;
        }

        return null;
    }

    private sealed class Entry
    {
        public required Segment Segment { get; set; }

        /// <summary>When it is to be looked at again; null: it has not been looked at.</summary>
        public DateTimeOffset? Due { get; set; }
    }
}
