using Azure;
using Azure.Data.Tables;
using Orchestrator.Recovery;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Recovery;

/// <summary>A row in the table of settings: the hub, and since when it is this one.</summary>
internal sealed class TaskHubRecord(TableClients clients, TableReader reader, DayTables tables) : ITaskHubRecord
{
    private const string Row = "task-hub";
    private const string Hub = "Hub";
    private const string Since = "Since";

    /// <summary>Somebody who is faster every time would change the hub every time.</summary>
    private const int MaxTries = 5;

    private string Table => clients.NameOf(SettingsKeys.Table);

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> OpenAsync(string hub, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var @try = 1; ; @try++)
        {
            var known = await reader.GetAsync(Table, SettingsKeys.Partition, Row, cancellationToken);
            if (known is { Row: var row } && string.Equals(row.GetString(Hub), hub, StringComparison.OrdinalIgnoreCase))
                return row.GetDateTimeOffset(Since);
            if (@try > MaxTries)
                throw new InvalidOperationException($"Table {Table} says that the tasks are driven on hub '{known?.Row.GetString(Hub)}', and cannot be made to say '{hub}': somebody else writes it all the time.");

            // An answer that got lost shows in the next reading.
            await TryWriteAsync(hub, known is null ? null : now, known?.Row.ETag, cancellationToken);
        }
    }

    private async Task TryWriteAsync(string hub, DateTimeOffset? since, ETag? tag, CancellationToken cancellationToken)
    {
        await tables.EnsureTableAsync(Table);
        var row = new TableEntity(SettingsKeys.Partition, Row) { ["Schema"] = 1, [Hub] = hub };
        if (since is { } at)
            row[Since] = at;
        try
        {
            if (tag is { } before)
                await clients.Reading(Table).UpdateEntityAsync(row, before, TableUpdateMode.Replace, cancellationToken);
            else
                await clients.Reading(Table).AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            // Somebody else was faster, or our own first try was.
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(clients.Endpoint, exception);
        }
    }
}
