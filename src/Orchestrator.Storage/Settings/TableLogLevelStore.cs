using Azure;
using Azure.Data.Tables;
using Orchestrator.Configuration;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Settings;

/// <summary>
/// A row for each category in the table of settings: there are a few at most, and none most of the time. Categories are the same in whatever case they are written, and keys
/// of storage are not, so the key is in lower case. Rows of earlier releases have keys as somebody wrote them: they are read, and go when their category is set or removed.
/// </summary>
internal sealed class TableLogLevelStore(TableClients clients, TableReader reader, DayTables tables) : ILogLevelStore
{
    private const string Partition = "log-levels";
    private const string Category = "Category";
    private const int PageSize = 100;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LevelOverride>> ListAsync(CancellationToken cancellationToken) =>
    [
        .. from row in await RowsAsync(cancellationToken)
           group row by KeyOf(row.RowKey) into rows
           let level = LevelOf(rows.FirstOrDefault(row => row.RowKey == rows.Key) ?? rows.Last())
           orderby level.Category
           select level,
    ];

    /// <inheritdoc/>
    public async Task SetAsync(LevelOverride level, CancellationToken cancellationToken)
    {
        var table = clients.NameOf(SettingsKeys.Table);
        await tables.EnsureTableAsync(table);
        var row = new TableEntity(Partition, KeyOf(level.Category)) { ["Schema"] = 1, [Category] = level.Category, ["Level"] = level.Level };
        if (level.Until is { } until)
            row["Until"] = until;
        await AskAsync(() => clients.Reading(table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken), cancellationToken);
        foreach (var other in await RowsAsync(cancellationToken))
        {
            if (other.RowKey != row.RowKey && KeyOf(other.RowKey) == row.RowKey)
                await DeleteAsync(other.RowKey, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string category, CancellationToken cancellationToken)
    {
        foreach (var row in await RowsAsync(cancellationToken))
        {
            if (KeyOf(row.RowKey) == KeyOf(category))
                await DeleteAsync(row.RowKey, cancellationToken);
        }
    }

    private static string KeyOf(string category) => category.ToLowerInvariant();

    private static LevelOverride LevelOf(TableEntity row) => new(row.GetString(Category) ?? row.RowKey, row.GetString("Level") ?? "", row.GetDateTimeOffset("Until"));

    private async Task<IReadOnlyList<TableEntity>> RowsAsync(CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in reader.QueryAsync(clients.NameOf(SettingsKeys.Table), TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), PageSize, cancellationToken))
            rows.Add(row);
        return rows;
    }

    private async Task DeleteAsync(string rowKey, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(() => clients.Reading(clients.NameOf(SettingsKeys.Table)).DeleteEntityAsync(Partition, rowKey, ETag.All, cancellationToken), cancellationToken);
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
