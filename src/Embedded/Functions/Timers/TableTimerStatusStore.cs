using Azure.Data.Tables;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Timers;

/// <summary>
/// One row for each timer in a table of the app's storage account. The real host keeps blobs; a table spares this one the blob service.
/// </summary>
internal sealed class TableTimerStatusStore(IConfiguration configuration) : ITimerStatusStore
{
    public const string TableName = "FunctionsTimers";

    private const string Partition = "timers";

    private readonly Lazy<TableClient> _table = new(() => StorageAccount.Find(configuration)!.Tables().GetTableClient(TableName));

    public async Task<TimerStatus?> ReadAsync(string functionName, CancellationToken cancellationToken)
    {
        await _table.Value.CreateIfNotExistsAsync(cancellationToken);
        var row = await _table.Value.GetEntityIfExistsAsync<TableEntity>(Partition, functionName, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } status } && status.GetDateTimeOffset(nameof(TimerStatus.UpdatedAt)) is { } updatedAt
            ? new TimerStatus(status.GetDateTimeOffset(nameof(TimerStatus.Last)), status.GetDateTimeOffset(nameof(TimerStatus.Next)), updatedAt)
            : null;
    }

    public Task WriteAsync(string functionName, TimerStatus status, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, functionName) { [nameof(TimerStatus.UpdatedAt)] = status.UpdatedAt };
        if (status.Last is { } last)
            row[nameof(TimerStatus.Last)] = last;
        if (status.Next is { } next)
            row[nameof(TimerStatus.Next)] = next;
        return _table.Value.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }
}
