using System.Numerics;
using System.Runtime.InteropServices;

namespace Orchestrator.Stats;

/// <summary>
/// Durations by size, to find percentiles of without keeping each. Below 32 ms a bucket is a millisecond; above, every power of two has 16 buckets, so that
/// what is read of it is at most 1/32 (3.2 %) off. Histograms of different processes can be added.
/// </summary>
public sealed class DurationHistogram
{
    private const int Exact = 32;
    private const int PerOctave = 16;
    private const int FirstOctave = 5;

    private readonly Dictionary<int, int> _counts;

    /// <summary>An empty one.</summary>
    public DurationHistogram()
        : this([])
    {
    }

    /// <summary>One that was written down.</summary>
    /// <param name="counts">Numbers of durations by bucket; taken over.</param>
    public DurationHistogram(Dictionary<int, int> counts) => _counts = counts;

    /// <summary>Numbers of durations by bucket.</summary>
    public IReadOnlyDictionary<int, int> Buckets => _counts;

    /// <summary>How many durations it has.</summary>
    public long Count => _counts.Values.Sum(count => (long)count);

    /// <summary>Adds a duration; one below 0, such as of clocks that differ, counts as 0.</summary>
    public void Add(TimeSpan duration) => Add(BucketOf(Math.Max(0, (long)duration.TotalMilliseconds)), 1);

    /// <summary>Adds all of another.</summary>
    public void Add(DurationHistogram other)
    {
        foreach (var (bucket, count) in other._counts)
            Add(bucket, count);
    }

    /// <summary>The duration that a share of them does not exceed; null: there is none.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public TimeSpan? Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        foreach (var (bucket, count) in _counts.OrderBy(entry => entry.Key))
        {
            rank -= count;
            if (rank <= 0)
                return TimeSpan.FromMilliseconds(MiddleOf(bucket));
        }

        return null;
    }

    private void Add(int bucket, int count) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, bucket, out _) += count;

    private static int BucketOf(long milliseconds)
    {
        if (milliseconds < Exact)
            return (int)milliseconds;

        var octave = BitOperations.Log2((ulong)milliseconds);
        return Exact + ((octave - FirstOctave) * PerOctave) + (int)((milliseconds >> (octave - 4)) & (PerOctave - 1));
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < Exact)
            return bucket;

        var (octave, part) = Math.DivRem(bucket - Exact, PerOctave);
        var width = 1L << (octave + FirstOctave - 4);
        return ((PerOctave + part) * width) + ((width - 1) / 2.0);
    }
}
