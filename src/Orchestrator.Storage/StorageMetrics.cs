using System.Diagnostics.Metrics;
using System.Globalization;

namespace Orchestrator.Storage;

/// <summary>Counts what the store asks of the table service.</summary>
public sealed class StorageMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Orchestrator.Storage";

    /// <summary>Requests sent to the table service, repeated ones included; tag <c>method</c>: the HTTP method. A transaction is one POST.</summary>
    public const string RequestsName = "orchestrator.storage.requests";

    /// <summary>Rows inserted, merged and deleted.</summary>
    public const string RowsWrittenName = "orchestrator.storage.rows.written";

    /// <summary>Requests that were sent again because their first try failed.</summary>
    public const string RetriesName = "orchestrator.storage.retries";

    /// <summary>Requests that were not sent, as storage was away.</summary>
    public const string HeldBackName = "orchestrator.storage.held_back";

    /// <summary>Requests that were answered with 429 or 503: storage asks to be left alone for a while; tag <c>method</c>.</summary>
    public const string ThrottledName = "orchestrator.storage.throttled";

    /// <summary>How long a request took; tags <c>method</c> and <c>status</c>: the HTTP status, or <c>none</c> when no answer came.</summary>
    public const string DurationName = "orchestrator.storage.request.duration";

    /// <summary>How many rows were written together.</summary>
    public const string BatchSizeName = "orchestrator.storage.batch.size";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _heldBack;
    private readonly Counter<long> _rowsWritten;
    private readonly Counter<long> _throttled;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _batchSize;

    /// <summary>Creates the instruments.</summary>
    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>(RequestsName, "{request}", "Requests sent to the table service, repeated ones included.");
        _rowsWritten = meter.CreateCounter<long>(RowsWrittenName, "{row}", "Rows inserted, merged and deleted.");
        _retries = meter.CreateCounter<long>(RetriesName, "{request}", "Requests that were sent again because their first try failed.");
        _heldBack = meter.CreateCounter<long>(HeldBackName, "{request}", "Requests that were not sent, as storage was away.");
        _throttled = meter.CreateCounter<long>(ThrottledName, "{request}", "Requests that were answered with 429 or 503.");
        _duration = meter.CreateHistogram(
            DurationName,
            "s",
            "How long a request to the table service took.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        _batchSize = meter.CreateHistogram(
            BatchSizeName, "{row}", "How many rows were written together.", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100] });
    }

    /// <summary>Whether anybody wants to know how long requests take.</summary>
    internal bool IsTimed => _duration.Enabled;

    internal void RequestSent(string method) => _requests.Add(1, new KeyValuePair<string, object?>("method", method));

    internal void RequestRetried() => _retries.Add(1);

    internal void RequestHeldBack() => _heldBack.Add(1);

    /// <param name="status">Null: no answer came.</param>
    internal void RequestEnded(string method, int? status, TimeSpan elapsed)
    {
        var sent = new KeyValuePair<string, object?>("method", method);
        if (status is 429 or 503)
            _throttled.Add(1, sent);
        if (IsTimed)
            _duration.Record(elapsed.TotalSeconds, sent, new KeyValuePair<string, object?>("status", status?.ToString(CultureInfo.InvariantCulture) ?? "none"));
    }

    internal void RowsWritten(int count)
    {
        _rowsWritten.Add(count);
        _batchSize.Record(count);
    }
}
