using Azure;
using Azure.Data.Tables;
using Orchestrator.Configuration;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Settings;

/// <summary>A row for each category in the table of settings: there are a few at most, and none most of the time.</summary>
internal sealed class TableLogLevelStore(TableClients clients, TableReader reader, DayTables tables) : ILogLevelStore
{
    private const string Partition = "log-levels";
    private const int PageSize = 100;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LevelOverride>> ListAsync(CancellationToken cancellationToken)
    {
        var levels = new List<LevelOverride>();
        await foreach (var row in reader.QueryAsync(clients.NameOf(SettingsKeys.Table), TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), PageSize, cancellationToken))
            levels.Add(new LevelOverride(row.RowKey, row.GetString("Level") ?? "", row.GetDateTimeOffset("Until")));
        return levels;
    }

    /// <inheritdoc/>
    public async Task SetAsync(LevelOverride level, CancellationToken cancellationToken)
    {
        var table = clients.NameOf(SettingsKeys.Table);
        await tables.EnsureTableAsync(table);
        var row = new TableEntity(Partition, level.Category) { ["Schema"] = 1, ["Level"] = level.Level };
        if (level.Until is { } until)
            row["Until"] = until;
        await AskAsync(() => clients.Reading(table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string category, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(() => clients.Reading(clients.NameOf(SettingsKeys.Table)).DeleteEntityAsync(Partition, category, ETag.All, cancellationToken), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // Nothing is kept of it, as it should be.
        }
    }

    /// <summary>Each may be sent twice: the second time it finds what it wants.</summary>
    private async Task AskAsync(Func<Task> ask, CancellationToken cancellationToken)
    {
        try
        {
            await ask();
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(clients.Endpoint, exception);
        }
    }
}
