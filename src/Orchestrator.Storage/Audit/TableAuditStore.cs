using Azure.Data.Tables;
using Orchestrator.Audit;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Listing;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Audit;

/// <summary>The audit in Table Storage; <see cref="AuditKeys"/> shows the rows.</summary>
internal sealed class TableAuditStore : IAuditStore
{
    /// <summary>Requests that a page takes at most: more than one only where a filter lets little pass.</summary>
    public const int RequestsPerPage = 8;

    /// <summary>Begins what tokens are bound to; no position holds its first character, so that none can run into it.</summary>
    private const string TokenScope = "\0audit;";

    private const int RowsPerRequest = 1_000;
    private static readonly IReadOnlyList<string> Keyed = ["PartitionKey", "RowKey"];

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly ContinuationTokens _tokens;
    private readonly string _table;

    public TableAuditStore(BatchingWriter writer, TableReader reader, TableClients clients, ContinuationTokens tokens)
    {
        _writer = writer;
        _reader = reader;
        _tokens = tokens;
        _table = clients.NameOf(AuditKeys.Table);
    }

    public async Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        if (await WriteAsync(AuditKeys.Partition(entry.Id), RowOperation.Insert(AuditRow.Write(entry)), cancellationToken) is not RowGroupOutcome.Written)
            throw new InvalidOperationException($"The audit has an entry {entry.Id} already.");
    }

    public Task EndAsync(AuditEntryId id, AuditEnd end, CancellationToken cancellationToken) =>
        WriteAsync(AuditKeys.Partition(id), RowOperation.Upsert(AuditRow.WriteEnd(id, end)), cancellationToken);

    public async Task<AuditListing> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        var filter = FilterOf(query);
        string? position = null;
        if (query.ContinuationToken is { } token && (position = await _tokens.ReadTextAsync(token, TokenScope + filter, cancellationToken)) is null)
            return new AuditListing.InvalidToken();

        var entries = new List<AuditEntry>();
        for (var requests = 0; requests < RequestsPerPage; requests++)
        {
            var page = await _reader.PageAsync(_table, filter, query.PageSize - entries.Count, columns: null, position, cancellationToken);
            entries.AddRange(page.Rows.Select(AuditRow.Read));
            position = page.Continuation;
            if (position is null || entries.Count >= query.PageSize)
                break;
        }

        return new AuditListing.Page(entries, position is null ? null : await _tokens.WriteTextAsync(position, TokenScope + filter, cancellationToken));
    }

    public async Task<int> DeleteBeforeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, RowsPerRequest);
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {NewestFirst.Day(before.ToUnixTimeMilliseconds())}");
        var page = await _reader.PageAsync(_table, filter, limit, Keyed, continuation: null, cancellationToken);

        // Side by side, those of a day share transactions.
        await Task.WhenAll(page.Rows.Select(row => WriteAsync(row.PartitionKey, RowOperation.DeleteIfExists(row.PartitionKey, row.RowKey), cancellationToken)));
        return page.Rows.Count;
    }

    private Task<RowGroupOutcome> WriteAsync(string partition, RowOperation operation, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new RowGroup(_table, partition, [operation], 0), cancellationToken);

    /// <summary>The query as a filter. Partitions and rows are in the same order, so that bounds of both are one range of the table.</summary>
    private static string FilterOf(AuditQuery query)
    {
        var (from, to) = (query.From?.ToUnixTimeMilliseconds() ?? 0, query.To?.ToUnixTimeMilliseconds() ?? DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

        // 'g' comes after all hexadecimal digits: rows of the earliest millisecond are wanted, those of the latest not.
        var (newest, oldest) = ($"{NewestFirst.Time(to)}g", $"{NewestFirst.Time(from)}g");
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {NewestFirst.Day(to)} and PartitionKey le {NewestFirst.Day(from)} and RowKey gt {newest} and RowKey lt {oldest}");
        if (query.Actor is { } actor)
            filter += TableClient.CreateQueryFilter($" and (Actor eq {actor} or ActorName eq {actor})");
        if (query.Target is { } target)
            filter += TableClient.CreateQueryFilter($" and Target eq {target}");
        return filter;
    }
}
