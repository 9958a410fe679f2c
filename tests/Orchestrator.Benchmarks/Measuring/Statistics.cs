namespace Orchestrator.Benchmarks.Measuring;

/// <summary>Figures of a set of measurements.</summary>
internal static class Statistics
{
    public static double Median(this IEnumerable<double> values) => values.Percentile(50);

    /// <summary>The smallest value that at least <paramref name="percent"/> of all are not above; the median of an odd number is its middle.</summary>
    public static double Percentile(this IEnumerable<double> values, int percent)
    {
        double[] ordered = [.. values.Order()];
        return ordered[Math.Max(0, (int)Math.Ceiling(ordered.Length * percent / 100.0) - 1)];
    }
}
