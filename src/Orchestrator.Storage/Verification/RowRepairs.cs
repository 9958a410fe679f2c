using Azure;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Verification;

/// <summary>Mends rows while the system goes on: whatever it deletes or changes must still have the version that was found wrong.</summary>
internal sealed class RowRepairs
{
    private readonly TableClients _clients;
    private readonly TableReader _reader;
    private readonly DayTables _tables;

    public RowRepairs(TableClients clients, TableReader reader, DayTables tables)
    {
        _clients = clients;
        _reader = reader;
        _tables = tables;
    }

    /// <summary>Deletes rows as they were found; false when one has changed since. One that is gone already is fine.</summary>
    public async Task<bool> DeleteAsync(string table, string partition, IReadOnlyCollection<RowMark> rows, CancellationToken cancellationToken)
    {
        var isDone = true;
        foreach (var row in rows)
        {
            isDone &= await TryAsync(
                () => _clients.Reading(table).DeleteEntityAsync(partition, row.RowKey, new ETag(row.Version), cancellationToken), goneMeans: true, cancellationToken);
        }

        return isDone;
    }

    /// <summary>Changes columns of a row as it was found; false when it has changed since, or is gone.</summary>
    public Task<bool> MergeAsync(string table, TableEntity row, string version, CancellationToken cancellationToken) =>
        TryAsync(() => _clients.Reading(table).UpdateEntityAsync(row, new ETag(version), TableUpdateMode.Merge, cancellationToken), goneMeans: false, cancellationToken);

    /// <summary>Replaces a row as it was found; false when it has changed since, or is gone.</summary>
    public Task<bool> ReplaceAsync(string table, TableEntity row, string version, CancellationToken cancellationToken) =>
        TryAsync(() => _clients.Reading(table).UpdateEntityAsync(row, new ETag(version), TableUpdateMode.Replace, cancellationToken), goneMeans: false, cancellationToken);

    /// <summary>Inserts a row; false when there is one with its key.</summary>
    public Task<bool> InsertAsync(string table, TableEntity row, CancellationToken cancellationToken) =>
        TryAsync(() => _clients.Reading(table).AddEntityAsync(row, cancellationToken), goneMeans: false, cancellationToken);

    /// <summary>
    /// Inserts an index row of a task. A task cannot leave a state whose index row is missing, and what else is indexed never changes; so only a
    /// deletion can come in between, and then the row is taken away again.
    /// </summary>
    public async Task<bool> InsertIndexAsync(TaskId task, TableEntity row, TaskState? state, CancellationToken cancellationToken)
    {
        var table = _tables.NameOf(task);
        await InsertAsync(table, row, cancellationToken);
        var stored = await _reader.GetAsync(table, row.PartitionKey, TaskKeys.Task(task), cancellationToken, [TaskColumns.State]);
        if (stored is not null && (state is null || stored.Row.GetString(TaskColumns.State) == state.ToString()))
            return true;

        if (await _reader.GetAsync(table, row.PartitionKey, row.RowKey, cancellationToken, TaskRows.Columns) is { Row: var inserted })
            await DeleteAsync(table, row.PartitionKey, [RowMark.Of(inserted)], cancellationToken);
        return false;
    }

    /// <summary>Carries a conditional write out.</summary>
    /// <param name="goneMeans">What it means that the row is not there.</param>
    private async Task<bool> TryAsync(Func<Task<Response>> write, bool goneMeans, CancellationToken cancellationToken)
    {
        try
        {
            await write();
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            return false;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return goneMeans;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }
}
