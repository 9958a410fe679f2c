using System.Diagnostics.Metrics;
using Orchestrator.Functions.Metrics;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Makes meters and remembers what they measure.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<string> _measured = [];
    private readonly MeterListener _listener = new();

    public TestMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Assert.Equal(OrchestratorMetrics.MeterName, instrument.Meter.Name);
            lock (_measured)
                _measured.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
        });
        _listener.Start();
    }

    /// <summary>Instrument, value and tags of each measurement, in order.</summary>
    public IReadOnlyList<string> Measured => _measured;

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public void Dispose() => _listener.Dispose();
}
