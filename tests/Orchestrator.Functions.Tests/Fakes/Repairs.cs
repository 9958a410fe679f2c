using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orchestrator.Functions.Metrics;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>What sweeps have counted.</summary>
internal sealed class Repairs : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public Repairs()
    {
        var meters = new Meters();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => _counts.AddOrUpdate((string)tags[0].Value!, value, (_, count) => count + value));
        _listener.Start();
        Metrics = new OrchestratorMetrics(meters);
    }

    public OrchestratorMetrics Metrics { get; }

    public IEnumerable<(string Sweep, long Count)> Counts => _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => (count.Key, count.Value));

    public void Dispose() => _listener.Dispose();
}
