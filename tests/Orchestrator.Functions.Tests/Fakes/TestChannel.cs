using System.Collections.Concurrent;
using Microsoft.ApplicationInsights.Channel;
using Microsoft.ApplicationInsights.DataContracts;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Keeps what would be sent to Application Insights.</summary>
internal sealed class TestChannel : ITelemetryChannel
{
    private readonly ConcurrentQueue<ITelemetry> _sent = new();

    /// <summary>An account that nobody is asked for. Calls of its host are no telemetry, so it is not that of the tests.</summary>
    public const string ConnectionString =
        "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=http://nobody.invalid/;LiveEndpoint=http://nobody.invalid/";

    public bool? DeveloperMode { get; set; }

    public string? EndpointAddress { get; set; }

    public IReadOnlyList<ITelemetry> Sent => [.. _sent];

    /// <summary>The metrics of the app: name, sum, count and dimensions of each sum that was sent, in the order of the text.</summary>
    public IReadOnlyList<string> Metrics =>
    [
        .. _sent.OfType<MetricTelemetry>().Where(metric => metric.Name.StartsWith("orchestrator.", StringComparison.Ordinal))
            .Select(metric => FormattableString.Invariant($"{metric.Name} {metric.Sum} {metric.Count} {Tags(metric)}").TrimEnd())
            .Order(StringComparer.Ordinal),
    ];

    public void Send(ITelemetry item) => _sent.Enqueue(item);

    public void Flush()
    {
        // Nothing is held back.
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    /// <summary>The SDK adds one property of its own.</summary>
    private static string Tags(MetricTelemetry metric) =>
        string.Join(' ', metric.Properties.Where(tag => !tag.Key.StartsWith("_MS.", StringComparison.Ordinal)).OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
}
