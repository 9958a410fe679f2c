using System.Diagnostics.Metrics;

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

    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _heldBack;
    private readonly Counter<long> _rowsWritten;

    /// <summary>Creates the instruments.</summary>
    public StorageMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>(RequestsName, "{request}", "Requests sent to the table service, repeated ones included.");
        _rowsWritten = meter.CreateCounter<long>(RowsWrittenName, "{row}", "Rows inserted, merged and deleted.");
        _retries = meter.CreateCounter<long>(RetriesName, "{request}", "Requests that were sent again because their first try failed.");
        _heldBack = meter.CreateCounter<long>(HeldBackName, "{request}", "Requests that were not sent, as storage was away.");
    }

    internal void RequestSent(string method) => _requests.Add(1, new KeyValuePair<string, object?>("method", method));

    internal void RequestRetried() => _retries.Add(1);

    internal void RequestHeldBack() => _heldBack.Add(1);

    internal void RowsWritten(int count) => _rowsWritten.Add(count);
}
