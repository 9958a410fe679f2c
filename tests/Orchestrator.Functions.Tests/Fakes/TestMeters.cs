using System.Diagnostics.Metrics;
using System.Globalization;
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
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, $"{value}", tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, string.Create(CultureInfo.InvariantCulture, $"{value}"), tags));
        _listener.Start();
    }

    /// <summary>Instrument, value and tags of each measurement, in order.</summary>
    public IReadOnlyList<string> Measured => _measured;

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    /// <summary>What some instruments have measured, without what all their names begin with.</summary>
    public IReadOnlyList<string> Of(params string[] instruments)
    {
        const string prefix = "orchestrator.";
        lock (_measured)
            return [.. _measured.Where(line => instruments.Contains(line[..line.IndexOf(' ', StringComparison.Ordinal)])).Select(line => line[prefix.Length..])];
    }

    /// <summary>Has the instruments that are only looked at say what they see.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Assert.Equal(OrchestratorMetrics.MeterName, instrument.Meter.Name);
        var line = $"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}";
        lock (_measured)
            _measured.Add(line);
    }
}
