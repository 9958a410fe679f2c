using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Orchestrator.History;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Listing;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.DeadLetters;

/// <summary>Dead letters in Table Storage; <see cref="DeadLetterKeys"/> shows the rows.</summary>
internal sealed class TableDeadLetterStore : IDeadLetterStore
{
    /// <summary>Requests that a page of the list takes at most: more than one only where a filter lets little pass, or old letters are moved.</summary>
    public const int RequestsPerPage = 8;

    /// <summary>Requests that a count takes at most.</summary>
    public const int RequestsPerCount = 5;

    /// <summary>Begins what tokens are bound to; no position holds its first character, so that none can run into it.</summary>
    private const string TokenScope = "\0dead-letters;";

    private const int RowsPerRequest = 1_000;
    private const int Tries = 20;

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly ContinuationTokens _tokens;
    private readonly OldDeadLetters _old;
    private readonly ILogger<TableDeadLetterStore> _logger;
    private readonly string _table;

    public TableDeadLetterStore(BatchingWriter writer, TableReader reader, TableClients clients, ContinuationTokens tokens, OldDeadLetters old, ILogger<TableDeadLetterStore> logger)
    {
        _logger = logger;
        _writer = writer;
        _reader = reader;
        _tokens = tokens;
        _old = old;
        _table = clients.NameOf(DeadLetterKeys.Table);
    }

    public async Task<bool> AddAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
    {
        // The mark first: from then on every delivery of the letter is the same row, at whatever time it is given up.
        var id = await MarkAsync(DeadLetterId.New(deadLetter.DeadAt, DeadLetterKeys.Hash(deadLetter.Source, deadLetter.Id, deadLetter.ArrivedAt)), deadLetter.ArrivedAt, cancellationToken);
        return await WriteAsync(DeadLetterKeys.Partition(id), RowOperation.Insert(DeadLetterRow.Write(id, deadLetter)), cancellationToken) is RowGroupOutcome.Written;
    }

    public async Task<DeadLetterListing> ListAsync(DeadLetterQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.PageSize, 1, nameof(query));
        var filter = FilterOf(query);
        string? position = null;
        if (query.ContinuationToken is { } token && (position = await _tokens.ReadTextAsync(token, TokenScope + filter, cancellationToken)) is null)
            return new DeadLetterListing.InvalidToken();
        if (position is null)
            await MoveOldAsync(cancellationToken);

        var letters = new List<StoredDeadLetter>();
        for (var requests = 0; requests < RequestsPerPage; requests++)
        {
            var page = await _reader.PageAsync(_table, filter, query.PageSize - letters.Count, DeadLetterRow.Listed, position, cancellationToken);
            foreach (var row in page.Rows)
            {
                if (_logger.TryRead(_table, row, DeadLetterRow.Read, out var letter))
                    letters.Add(letter);
            }

            position = page.Continuation;
            if (position is null || letters.Count >= query.PageSize)
                break;
        }

        return new DeadLetterListing.Page(letters, position is null ? null : await _tokens.WriteTextAsync(position, TokenScope + filter, cancellationToken));
    }

    public async Task<StoredDeadLetter?> GetAsync(DeadLetterId id, CancellationToken cancellationToken) =>
        await RowAsync(id, cancellationToken) is { } row ? DeadLetterRow.Read(row) : null;

    public async Task<StoredDeadLetter?> AddRedriveAsync(DeadLetterId id, DeadLetterRedrive redrive, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries && await RowAsync(id, cancellationToken) is { } row; i++)
        {
            var stored = DeadLetterRow.Read(row);
            var after = stored.Letter.With(redrive);
            if (await WriteAsync(row.PartitionKey, RowOperation.Merge(DeadLetterRow.WriteRedrive(id, after), row.ETag.ToString()), cancellationToken) is RowGroupOutcome.Written)
                return stored with { Letter = after };
        }

        return null;
    }

    public async Task<bool> DeleteAsync(DeadLetterId id, CancellationToken cancellationToken) =>
        await RowAsync(id, cancellationToken, DeadLetterRow.Keyed) is { } row && await DeleteAsync(row, cancellationToken);

    public async Task<bool> DeleteAsync(string source, string id, DateTimeOffset arrivedAt, CancellationToken cancellationToken)
    {
        var (marks, hash) = (DeadLetterKeys.MarkPartition(arrivedAt), DeadLetterKeys.Hash(source, id, arrivedAt));
        if ((await _reader.GetAsync(_table, marks, hash, cancellationToken))?.Row.GetInt64(DeadLetterKeys.MarkTime) is not { } milliseconds)
            return false;

        // The letter first: only the mark leads to it.
        var letter = DeadLetterId.New(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), hash);
        var partition = DeadLetterKeys.Partition(letter);
        await WriteAsync(partition, RowOperation.DeleteIfExists(partition, DeadLetterKeys.Row(letter)), cancellationToken);
        await WriteAsync(marks, RowOperation.DeleteIfExists(marks, hash), cancellationToken);
        return true;
    }

    public async Task<int> DeleteBeforeAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, RowsPerRequest);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await MoveOldAsync(cancellationToken);
        var page = new RowPage([], null);
        for (var requests = 0; page.Rows.Count == 0 && (requests == 0 || (page.Continuation is not null && requests < RequestsPerPage)); requests++)
            page = await _reader.PageAsync(_table, FilterOf(new DeadLetterQuery { To = before }), limit, DeadLetterRow.Keyed, page.Continuation, cancellationToken);

        // Side by side, those of a partition share transactions.
        await Task.WhenAll(page.Rows.Select(row => DeleteAsync(row, cancellationToken)));
        return page.Rows.Count;
    }

    public async Task<DeadLetterCounts> CountAsync(DateTimeOffset recent, CancellationToken cancellationToken)
    {
        await MoveOldAsync(cancellationToken);
        var filter = FilterOf(new DeadLetterQuery());
        var (all, redriven, isRecent) = (0, 0, 0);
        string? position = null;
        for (var requests = 0; requests == 0 || (position is not null && requests < RequestsPerCount); requests++)
        {
            var page = await _reader.PageAsync(_table, filter, RowsPerRequest, DeadLetterRow.Counted, position, cancellationToken);
            all += page.Rows.Count;
            redriven += page.Rows.Count(DeadLetterRow.IsRedriven);
            isRecent += page.Rows.Count(row => DeadLetterKeys.Parse(row.RowKey).Milliseconds >= recent.ToUnixTimeMilliseconds());
            position = page.Continuation;
        }

        return new DeadLetterCounts(all - redriven, redriven, isRecent, IsAtLeast: position is not null);
    }

    private Task MoveOldAsync(CancellationToken cancellationToken) => _old.MoveAsync(letter => AddAsync(letter, cancellationToken), cancellationToken);

    /// <summary>The id under which a letter stands: the one given, unless it was marked with another time before.</summary>
    private async Task<DeadLetterId> MarkAsync(DeadLetterId id, DateTimeOffset arrivedAt, CancellationToken cancellationToken)
    {
        var mark = DeadLetterKeys.Mark(id, arrivedAt);
        var partition = mark.PartitionKey;
        if (await WriteAsync(partition, RowOperation.Insert(mark), cancellationToken) is RowGroupOutcome.Written)
            return id;

        var found = await _reader.GetAsync(_table, partition, id.Hash, cancellationToken);
        return found?.Row.GetInt64(DeadLetterKeys.MarkTime) is { } milliseconds ? DeadLetterId.New(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), id.Hash) : id;
    }

    /// <summary>The mark first: without it a letter can still be found and deleted, the other way round the mark would stay for ever.</summary>
    private async Task<bool> DeleteAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var marks = DeadLetterKeys.MarkPartition(row.GetDateTimeOffset("ArrivedAt")!.Value);
        await WriteAsync(marks, RowOperation.DeleteIfExists(marks, DeadLetterKeys.Parse(row.RowKey).Hash), cancellationToken);
        return await WriteAsync(row.PartitionKey, RowOperation.Delete(row.PartitionKey, row.RowKey), cancellationToken) is RowGroupOutcome.Written;
    }

    private async Task<TableEntity?> RowAsync(DeadLetterId id, CancellationToken cancellationToken, IReadOnlyList<string>? columns = null) =>
        (await _reader.GetAsync(_table, DeadLetterKeys.Partition(id), DeadLetterKeys.Row(id), cancellationToken, columns))?.Row;

    private Task<RowGroupOutcome> WriteAsync(string partition, RowOperation operation, CancellationToken cancellationToken) =>
        _writer.WriteAsync(new RowGroup(_table, partition, [operation], 0), cancellationToken);

    /// <summary>The query as a filter. Partitions and rows are in the same order, so that bounds of both are one range of the table.</summary>
    private static string FilterOf(DeadLetterQuery query)
    {
        var (from, to) = (query.From?.ToUnixTimeMilliseconds() ?? 0, query.To?.ToUnixTimeMilliseconds() ?? DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

        // 'g' comes after all hexadecimal digits: rows of the earliest millisecond are wanted, those of the latest not.
        var (newest, oldest) = ($"{DeadLetterKeys.FirstRow(to)}g", $"{DeadLetterKeys.FirstRow(from)}g");
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {DeadLetterKeys.DayPartition(to)} and PartitionKey le {DeadLetterKeys.DayPartition(from)} and RowKey gt {newest} and RowKey lt {oldest}");
        if (query.Source is { } source)
            filter += TableClient.CreateQueryFilter($" and Source eq {source}");
        if (query.Code is { } code)
            filter += TableClient.CreateQueryFilter($" and Code eq {code}");
        return filter;
    }
}
