using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Orchestrator.Storage.Tables;

/// <summary>A row with its age by the storage service's own clock.</summary>
internal sealed record AgedRow(TableEntity Row, TimeSpan Age);

/// <summary>What one request has answered.</summary>
/// <param name="Rows">The rows, which may be none though there are more.</param>
/// <param name="Continuation">Where the next request goes on; null: there are no more.</param>
internal sealed record RowPage(IReadOnlyList<TableEntity> Rows, string? Continuation);

/// <summary>Reads rows; a table that is not there is an empty one, and a storage that does not work is said to be so.</summary>
internal sealed class TableReader
{
    private readonly TableClients _clients;

    public TableReader(TableClients clients) => _clients = clients;

    /// <summary>Reads a row by its keys; null when it is not there.</summary>
    /// <param name="columns">Columns to read; null: all.</param>
    public async Task<AgedRow?> GetAsync(string table, string partition, string rowKey, CancellationToken cancellationToken, IReadOnlyList<string>? columns = null)
    {
        try
        {
            var response = await _clients.Reading(table).GetEntityIfExistsAsync<TableEntity>(partition, rowKey, columns, cancellationToken);
            return response.HasValue ? new AgedRow(response.Value!, AgeOf(response.Value!, response.GetRawResponse())) : null;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    /// <summary>The rows of a partition with keys from <paramref name="from"/>, exclusive if so said, to before <paramref name="to"/>, in order.</summary>
    /// <param name="pageSize">Rows asked for at a time, 1–1,000.</param>
    /// <param name="condition">A further condition, as a filter; null: none.</param>
    public IAsyncEnumerable<TableEntity> QueryAsync(
        string table,
        string partition,
        string from,
        string to,
        bool isFromExclusive = false,
        int? pageSize = null,
        IReadOnlyList<string>? columns = null,
        string? condition = null,
        CancellationToken cancellationToken = default)
    {
        var filter = isFromExclusive
            ? TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey lt {to}")
            : TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        if (condition is not null)
            filter = $"{filter} and {condition}";
        return QueryAsync(table, filter, pageSize, columns, cancellationToken);
    }

    /// <summary>The rows of all partitions with keys from <paramref name="from"/> to before <paramref name="to"/>. Reads the whole table: only for small ones.</summary>
    public IAsyncEnumerable<TableEntity> QueryAllAsync(string table, string from, string to, IReadOnlyList<string>? columns, CancellationToken cancellationToken) =>
        QueryAsync(table, TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {to}"), pageSize: null, columns, cancellationToken);

    /// <summary>The rows that a filter lets pass, in the order of their keys.</summary>
    /// <param name="pageSize">Rows asked for at a time, 1–1,000.</param>
    public IAsyncEnumerable<TableEntity> QueryAsync(string table, string filter, int pageSize, CancellationToken cancellationToken) =>
        QueryAsync(table, filter, pageSize, columns: null, cancellationToken);

    /// <summary>The names of the tables from <paramref name="from"/> to before <paramref name="to"/>, in order.</summary>
    public async IAsyncEnumerable<string> ListTablesAsync(string from, string to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"TableName ge {from} and TableName lt {to}");
        await using var tables = _clients.Service.QueryAsync(filter, maxPerPage: null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(tables, cancellationToken))
            yield return tables.Current.Name;
    }

    /// <summary>The rows that a filter lets pass, in the order of their keys: what one request answers.</summary>
    /// <param name="pageSize">Most rows, 1–1,000.</param>
    /// <param name="columns">Columns to read; null: all.</param>
    /// <param name="continuation">Where to go on; null: begin.</param>
    public async Task<RowPage> PageAsync(
        string table, string filter, int pageSize, IReadOnlyList<string>? columns, string? continuation, CancellationToken cancellationToken)
    {
        try
        {
            await using var pages = _clients.Reading(table).QueryAsync<TableEntity>(filter, pageSize, columns, cancellationToken).AsPages(continuation).GetAsyncEnumerator(cancellationToken);
            return await pages.MoveNextAsync() ? new RowPage(pages.Current.Values, pages.Current.ContinuationToken) : new RowPage([], null);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return new RowPage([], null);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    /// <summary>The rows that a filter lets pass, in the order of their keys, with some columns alone.</summary>
    public IAsyncEnumerable<TableEntity> QueryAsync(string table, string filter, IReadOnlyList<string> columns, CancellationToken cancellationToken) =>
        QueryAsync(table, filter, pageSize: null, columns, cancellationToken);

    private async IAsyncEnumerable<TableEntity> QueryAsync(
        string table, string filter, int? pageSize, IReadOnlyList<string>? columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var rows = _clients.Reading(table).QueryAsync<TableEntity>(filter, pageSize, columns, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(rows, cancellationToken))
            yield return rows.Current;
    }

    private async ValueTask<bool> MoveNextAsync<T>(IAsyncEnumerator<T> rows, CancellationToken cancellationToken)
    {
        try
        {
            return await rows.MoveNextAsync();
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return false;
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    /// <summary>The answer's Date has whole seconds, cut off: an age is too small by up to one, never too large.</summary>
    private static TimeSpan AgeOf(TableEntity row, Response response)
    {
        var age = response.Headers.Date - row.Timestamp;
        return age > TimeSpan.Zero ? age.Value : TimeSpan.Zero;
    }
}
