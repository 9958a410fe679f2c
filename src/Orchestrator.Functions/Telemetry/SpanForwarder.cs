using System.Diagnostics;
using System.Globalization;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.DataContracts;
using Microsoft.Extensions.Hosting;
using Orchestrator.Functions.Tracing;

namespace Orchestrator.Functions.Telemetry;

/// <summary>
/// Sends the app's spans to Application Insights, whose 2.x SDK knows no sources of others. All are dependencies of the kind InProc, as the platform's own of a
/// function are: a request would be counted where people look for failed ones, and an attempt that fails is mostly made again.
/// </summary>
internal sealed class SpanForwarder : IHostedLifecycleService, IDisposable
{
    private const string InProcess = "InProc";

    private readonly TelemetryClient _client;
    private ActivityListener? _listener;

    public SpanForwarder(TelemetryClient client) => _client = client;

    /// <summary>Before anything else starts, so that nothing goes untold.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TaskTraces.SourceName,

            // Whether the trace is recorded elsewhere stays as the caller has said; what is sent of it is the SDK's to choose, by trace.
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => _client.TrackDependency(DependencyOf(span)),
        };
        ActivitySource.AddActivityListener(_listener);
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

    /// <summary>Once everything else has stopped.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener?.Dispose();

    private static DependencyTelemetry DependencyOf(Activity span)
    {
        var told = new DependencyTelemetry
        {
            Id = span.SpanId.ToHexString(),
            Name = span.OperationName,
            Type = InProcess,
            Target = span.GetTagItem(TaskTraces.TaskTypeTag) as string,
            Timestamp = new DateTimeOffset(span.StartTimeUtc),
            Duration = span.Duration,
            Success = span.Status != ActivityStatusCode.Error,
            ResultCode = (span.GetTagItem(TaskTraces.ErrorTag) ?? span.GetTagItem(TaskTraces.OutcomeTag)) as string,
        };
        told.Context.Operation.Id = span.TraceId.ToHexString();
        if (ParentOf(span) is var parent && parent != default)
            told.Context.Operation.ParentId = parent.ToHexString();
        foreach (var (key, value) in span.TagObjects)
            told.Properties[key] = Convert.ToString(value, CultureInfo.InvariantCulture);
        return told;
    }

    /// <summary>
    /// The next span above that is sent too, else the caller's. In between may be one of this process that nobody sends, such as that of the web server on the
    /// embedded platform: named as the parent it would cut the tree in two.
    /// </summary>
    private static ActivitySpanId ParentOf(Activity span)
    {
        var child = span;
        while (child.Parent is { } parent && !IsSent(parent))
            child = parent;
        return child.ParentSpanId;
    }

    private static bool IsSent(Activity span) =>
        span.Source.Name == TaskTraces.SourceName || span.Source.Name.StartsWith("Microsoft.Azure.Functions.Worker", StringComparison.Ordinal);
}
