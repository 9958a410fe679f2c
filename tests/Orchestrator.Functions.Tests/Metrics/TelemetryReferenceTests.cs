using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Storage;

namespace Orchestrator.Functions.Tests.Metrics;

/// <summary>Holds the page about telemetry against the code.</summary>
public sealed partial class TelemetryReferenceTests
{
    [Fact]
    public async Task Reference_Instruments_AreThoseThereAreWithTheirKindsAndUnits()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "telemetry.md"));

        var documented = InstrumentRow().Matches(page).Select(row => (row.Groups["name"].Value, row.Groups["kind"].Value, row.Groups["unit"].Value)).ToList();

        Assert.Equal(Instruments().Order(), documented.Order());
    }

    private static List<(string Name, string Kind, string Unit)> Instruments()
    {
        var found = new List<(string, string, string)>();
        using var meters = new Meters();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
                found.Add((instrument.Name, KindOf(instrument), instrument.Unit!));
        };
        listener.Start();
        _ = (new OrchestratorMetrics(meters), new TaskMetrics(meters), new StorageMetrics(meters));
        return found;
    }

    private static string KindOf(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        return kind[..kind.IndexOf('`', StringComparison.Ordinal)] switch
        {
            "Counter" => "counter",
            "Histogram" => "histogram",
            "ObservableGauge" => "gauge, observed",
            var other => other,
        };
    }

    [GeneratedRegex(@"^\| `(?<name>orchestrator\.[a-z_.]+)` \| (?<kind>[^|]+) \| `(?<unit>[^`|]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstrumentRow();
}
