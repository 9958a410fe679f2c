using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Tracing;
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

    [Fact]
    public async Task Reference_Spans_AreThoseThereAreWithTheirAttributes()
    {
        const System.Reflection.BindingFlags constants = System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public;
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "telemetry.md"));
        var rows = SpanRow().Matches(page);
        var names = typeof(TaskTraces).GetFields(constants).ToLookup(field => field.Name.EndsWith("Tag", StringComparison.Ordinal), field => (string)field.GetRawConstantValue()!);

        Assert.Equal(names[false].Order(), rows.Select(row => row.Groups["name"].Value).Append(TaskTraces.SourceName).Order());
        Assert.Equal(names[true].Order(), rows.SelectMany(row => Word().Matches(row.Groups["tags"].Value)).Select(tag => tag.Groups["word"].Value).Distinct().Order());
        Assert.Contains($"Source: `{TaskTraces.SourceName}`.", page, StringComparison.Ordinal);
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

    [GeneratedRegex(@"^\| `(?<name>task\.[a-z]+)` \| [a-z]+ \| [^|]+ \| (?<tags>[^|]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SpanRow();

    [GeneratedRegex("`(?<word>[a-z._]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
