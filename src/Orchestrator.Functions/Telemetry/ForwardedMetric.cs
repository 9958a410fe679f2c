using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.Metrics;

namespace Orchestrator.Functions.Telemetry;

/// <summary>
/// An instrument in Application Insights: a metric of its name whose dimensions are the tags of its first measurement. Values are added up here and sent once a
/// minute, a sum for each combination of tags.
/// </summary>
internal sealed class ForwardedMetric(TelemetryClient client, string name)
{
    /// <summary>Most values that a tag is told apart by; the same for all tags. Task types are the only ones that come near.</summary>
    public const int ValuesPerTag = 500;

    /// <summary>Most combinations of tags that are told apart.</summary>
    public const int Combinations = 2_000;

    /// <summary>Every tag of what is beyond the two limits, so that totals stay true.</summary>
    public const string Others = "(others)";

    /// <summary>A tag that a measurement has not, or without text: the SDK refuses those.</summary>
    public const string None = "(none)";

    // The two numbers of the configuration are one higher than ours: the others take part.
    private static readonly MetricConfiguration _limits =
        new MetricConfigurationForMeasurement(Combinations + 1, ValuesPerTag + 1, new MetricSeriesConfigurationForMeasurement(restrictToUInt32Values: false));

    private Shape? _shape;

    /// <summary>Adds a measurement. Safe for all threads; throws nothing for whatever tags.</summary>
    public void Track(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // Two that come first at once make the same: the SDK gives one metric to both.
        var shape = _shape ??= ShapeOf(tags);
        if (shape.Tags.Length == 0)
        {
            shape.Others.TrackValue(value);
            return;
        }

        var values = new string[shape.Tags.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = ValueOf(shape.Tags[i], tags);
        (shape.Metric.TryGetDataSeries(out var series, createIfNotExists: true, values) ? series : shape.Others).TrackValue(value);
    }

    private static string ValueOf(string tag, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key == tag)
                return value?.ToString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : None;
        }

        return None;
    }

    private Shape ShapeOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = new string[Math.Min(tags.Length, MetricIdentifier.MaxDimensionsCount)];
        for (var i = 0; i < names.Length; i++)
            names[i] = tags[i].Key;
        var metric = client.GetMetric(new MetricIdentifier(MetricIdentifier.DefaultMetricNamespace, name, names), _limits);

        // Made before the limits can be reached, as it counts as well.
        _ = metric.TryGetDataSeries(out var others, createIfNotExists: true, [.. names.Select(_ => Others)]);
        return new Shape(metric, names, others);
    }

    /// <param name="Tags">The names of the dimensions, in order.</param>
    /// <param name="Others">The only series if there are no dimensions.</param>
    private sealed record Shape(Metric Metric, string[] Tags, MetricSeries Others);
}
