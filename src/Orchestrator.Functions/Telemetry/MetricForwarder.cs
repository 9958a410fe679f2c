using System.Diagnostics.Metrics;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Storage;

namespace Orchestrator.Functions.Telemetry;

/// <summary>
/// Sends what the app measures to Application Insights, whose 2.x SDK takes no meters. Sums are sent once a minute by the SDK; gauges are looked at as often.
/// </summary>
internal sealed partial class MetricForwarder : IHostedLifecycleService, IDisposable
{
    /// <summary>How often gauges are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly TelemetryClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger<MetricForwarder> _logger;
    private readonly MeterListener _listener = new();
    private ITimer? _timer;

    /// <param name="meters">The measurements of its meters are sent; those of another app in the process are not.</param>
    public MetricForwarder(TelemetryClient client, IMeterFactory meters, TimeProvider time, ILogger<MetricForwarder> logger)
    {
        _client = client;
        _time = time;
        _logger = logger;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Meter.Name is OrchestratorMetrics.MeterName or StorageMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument, new ForwardedMetric(client, instrument.Name));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => ((ForwardedMetric)metric!).Track(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => ((ForwardedMetric)metric!).Track(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => ((ForwardedMetric)metric!).Track(value, tags));
    }

    /// <summary>Before anything else starts, so that nothing goes unmeasured.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // The SDK's thread for metrics begins here, and would else stay in the trace of whoever measured first.
        using (ExecutionContext.SuppressFlow())
        {
            _ = _client.TelemetryConfiguration.GetMetricManager();
            _timer = _time.CreateTimer(_ => Look(), state: null, Interval, Interval);
        }

        _listener.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, once everything else has stopped.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
        Look();
        _listener.Dispose();
        try
        {
            await _client.FlushAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            LogNotSent(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _listener.Dispose();
    }

    private void Look()
    {
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (Exception exception)
        {
            LogNotLooked(exception);
        }
    }

    [LoggerMessage(4560, LogLevel.Warning, "What was left of the telemetry could not be sent when the app ended.")]
    private partial void LogNotSent(Exception exception);

    [LoggerMessage(4561, LogLevel.Warning, "A gauge could not be looked at; the others were.")]
    private partial void LogNotLooked(Exception exception);
}
