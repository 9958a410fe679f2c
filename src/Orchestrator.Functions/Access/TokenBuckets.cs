using System.Collections.Concurrent;

namespace Orchestrator.Functions.Access;

/// <summary>A token bucket for each of many names. Those that are full again are dropped when there are too many; should all be in use, the names beyond share one.</summary>
/// <param name="most">Buckets that are kept.</param>
internal sealed class TokenBuckets(Rate rate, int most, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);
    private readonly TokenBucket _shared = new(rate, time);
    private readonly TimeSpan _refill = TimeSpan.FromSeconds(Math.Max(1, rate.Burst / rate.PerSecond / 10));
    private readonly Lock _lock = new();
    private long? _droppedAt;

    /// <summary>Buckets that are kept now.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes a token of a name; null when there was one, else how long until there is.</summary>
    public TimeSpan? Take(string name)
    {
        if (_buckets.TryGetValue(name, out var bucket))
            return bucket.Take();
        if (_buckets.Count >= most)
            DropFull();
        return _buckets.Count >= most ? _shared.Take() : _buckets.GetOrAdd(name, static (_, own) => new TokenBucket(own.rate, own.time), (rate, time)).Take();
    }

    /// <summary>Gives a token of a name back.</summary>
    public void GiveBack(string name) => (_buckets.GetValueOrDefault(name) ?? _shared).GiveBack();

    /// <summary>Not at every call: looking at all of them for each new name would be what whoever sends them wants.</summary>
    private void DropFull()
    {
        lock (_lock)
        {
            if (_droppedAt is { } at && time.GetElapsedTime(at) < _refill)
                return;
            foreach (var entry in _buckets.Where(entry => entry.Value.IsFull))
                _buckets.TryRemove(entry);
            _droppedAt = time.GetTimestamp();
        }
    }
}
