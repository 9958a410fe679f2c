using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.DataContracts;
using Microsoft.ApplicationInsights.Extensibility;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Telemetry;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Telemetry;

public sealed class MetricForwarderTests : IAsyncLifetime
{
    private readonly TestChannel _channel = new();
    private readonly TelemetryConfiguration _configuration;
    private readonly ManualTimeProvider _time = new(TestTasks.Start);
    private readonly Meters _meters = new();
    private readonly Meter _meter;
    private readonly LogLines<MetricForwarder> _logs = new();
    private readonly MetricForwarder _forwarder;

    public MetricForwarderTests()
    {
        _configuration = new TelemetryConfiguration { ConnectionString = TestChannel.ConnectionString, TelemetryChannel = _channel };
        _configuration.TelemetryInitializers.Add(new OperationCorrelationTelemetryInitializer());
        _meter = _meters.Create(new MeterOptions("Orchestrator"));
        _forwarder = new MetricForwarder(new TelemetryClient(_configuration), _meters, _time, _logs);
    }

    /// <summary>The SDK sends by the machine's clock, in the second second of each minute: a test in whose midst that came would find its sums in parts.</summary>
    public Task InitializeAsync() => Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow().Second is >= 2 and < 55, "it is not about to send");

    public Task DisposeAsync()
    {
        _forwarder.Dispose();
        _meter.Dispose();
        _configuration.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Counters_OfManyThreads_OneSumForEachCombinationOfTags()
    {
        var counter = _meter.CreateCounter<long>("orchestrator.some");
        await _forwarder.StartingAsync(CancellationToken.None);

        Parallel.For(0, 1_000, number => counter.Add(2, Tag("type", number % 2 == 0 ? "even" : "odd"), Tag("state", "Succeeded")));

        Assert.Equal(["orchestrator.some 1000 500 state=Succeeded type=even", "orchestrator.some 1000 500 state=Succeeded type=odd"], await SentAsync());
    }

    [Fact]
    public async Task Histogram_SumCountAndBounds()
    {
        var histogram = _meter.CreateHistogram<double>("orchestrator.took");
        await _forwarder.StartingAsync(CancellationToken.None);
        histogram.Record(0.25);
        histogram.Record(1.5);

        Assert.Equal(["orchestrator.took 1.75 2"], await SentAsync());
        var told = Assert.Single(_channel.Sent.OfType<MetricTelemetry>());
        Assert.Equal((0.25, 1.5), (told.Min, told.Max));
    }

    [Fact]
    public async Task Gauge_LookedAtOnceAMinuteAndAtTheEnd()
    {
        var looks = 0;
        _meter.CreateObservableGauge("orchestrator.stands", () => new Measurement<int>(++looks, Tag("state", "Queued")));
        await _forwarder.StartingAsync(CancellationToken.None);
        Assert.Equal(0, looks);

        _time.Advance(MetricForwarder.Interval);
        await Eventually.TrueAsync(() => looks == 1, "the gauge is looked at");
        _time.Advance(MetricForwarder.Interval);
        await Eventually.TrueAsync(() => looks == 2, "the gauge is looked at");

        Assert.Equal(["orchestrator.stands 6 3 state=Queued"], await SentAsync());
    }

    [Fact]
    public async Task Gauge_Fails_TheOthersAreLookedAt()
    {
        _meter.CreateObservableGauge("orchestrator.broken", (Func<int>)(() => throw new InvalidOperationException("broken")));
        _meter.CreateObservableGauge("orchestrator.stands", () => 5);
        await _forwarder.StartingAsync(CancellationToken.None);

        Assert.Equal(["orchestrator.stands 5 1"], await SentAsync());
        Assert.Equal(["A gauge could not be looked at; the others were."], _logs.Lines(LogLevel.Warning));
    }

    [Fact]
    public async Task Tags_MoreThanAreToldApart_TotalsStayTrue()
    {
        var counter = _meter.CreateCounter<long>("orchestrator.some");
        await _forwarder.StartingAsync(CancellationToken.None);
        for (var type = 0; type < ForwardedMetric.ValuesPerTag + 3; type++)
            counter.Add(1, Tag("type", $"type {type}"));

        var sent = await SentAsync();

        Assert.Equal(ForwardedMetric.ValuesPerTag + 1, sent.Count);
        Assert.Contains("orchestrator.some 3 3 type=(others)", sent);
    }

    [Fact]
    public async Task Tags_WithoutTextOrMissingOrNew_KeepTheirMeasurement()
    {
        var counter = _meter.CreateCounter<long>("orchestrator.some");
        await _forwarder.StartingAsync(CancellationToken.None);
        counter.Add(1, Tag("a", "x"), Tag("b", 7));
        counter.Add(1, Tag("b", " "), Tag("a", null));
        counter.Add(1, Tag("c", "y"));

        Assert.Equal(["orchestrator.some 1 1 a=x b=7", "orchestrator.some 2 2 a=(none) b=(none)"], await SentAsync());
    }

    [Fact]
    public async Task Metrics_MeasuredInATrace_BelongToNone()
    {
        var counter = _meter.CreateCounter<long>("orchestrator.some");
        using (new Activity("somebody's").Start())
        {
            await _forwarder.StartingAsync(CancellationToken.None);
            counter.Add(1);
        }

        await SentAsync();

        Assert.Null(Assert.Single(_channel.Sent.OfType<MetricTelemetry>()).Context.Operation.Id);
    }

    [Theory]
    [InlineData("Somebody.Else")]
    [InlineData("Orchestrator")]
    public async Task Meters_OfOthers_AreNotSent(string name)
    {
        using var others = new Meters();
        await _forwarder.StartingAsync(CancellationToken.None);
        using var meter = others.Create(new MeterOptions(name));
        meter.CreateCounter<long>("orchestrator.some").Add(1);

        Assert.Equal([], await SentAsync());
    }

    private static KeyValuePair<string, object?> Tag(string key, object? value) => new(key, value);

    /// <summary>What is sent by the end.</summary>
    private async Task<IReadOnlyList<string>> SentAsync()
    {
        await _forwarder.StoppedAsync(CancellationToken.None);
        return _channel.Metrics;
    }
}
