using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>
/// Checks all tables, a stretch at a time: the partitions of the day tables, oldest day first, then the rows of the other tables. What a call may cost is
/// bounded: it ends after <see cref="UnitsPerCall"/> partitions, or pages of rows, or <see cref="TimePerCall"/>, whichever is first, but does at least one.
/// </summary>
internal sealed class StorageVerifier : IStorageVerifier
{
    /// <summary>Partitions, or pages of rows of other tables, that a call checks at most.</summary>
    public const int UnitsPerCall = 16;

    /// <summary>Rows of other tables on a page.</summary>
    public const int RowsPerPage = 200;

    private const int AtOnce = 8;

    /// <summary>After so long a call begins with no other partition.</summary>
    public static readonly TimeSpan TimePerCall = TimeSpan.FromSeconds(5);

    private readonly TableClients _clients;
    private readonly TableReader _reader;
    private readonly PartitionCheck _partitions;
    private readonly SideRowsCheck _sideRows;
    private readonly VerificationTokens _tokens;
    private readonly TimeProvider _time;

    public StorageVerifier(TableClients clients, TableReader reader, PartitionCheck partitions, SideRowsCheck sideRows, VerificationTokens tokens, TimeProvider time)
    {
        _clients = clients;
        _reader = reader;
        _partitions = partitions;
        _sideRows = sideRows;
        _tokens = tokens;
        _time = time;
    }

    public async Task<StretchOutcome> CheckAsync(string? continuationToken, bool repair, CancellationToken cancellationToken)
    {
        var position = continuationToken is null ? VerificationPosition.Start : await _tokens.ReadAsync(continuationToken, cancellationToken);
        if (position is null)
            return new StretchOutcome.InvalidToken();

        var began = _time.GetTimestamp();
        var stretch = new Stretch();
        for (var unit = 0; unit < UnitsPerCall && position is not null && (unit == 0 || _time.GetElapsedTime(began) < TimePerCall); unit++)
        {
            var last = position;
            var found = new List<Suspicion>();
            position = position.Phase == 0 ? await CheckPartitionAsync(position, stretch, found, cancellationToken) : await CheckPageAsync(position, stretch, found, cancellationToken);
            stretch.Position = $"{position ?? last}";
            foreach (var suspicion in found)
                stretch.Findings.Add(repair ? await RepairAsync(suspicion, cancellationToken) : suspicion.Finding);
        }

        var token = position is null ? null : await _tokens.WriteAsync(position, cancellationToken);
        return new StretchOutcome.Checked(new CheckedStretch(stretch.Findings, token, stretch.Position) { Tasks = stretch.Tasks, Rows = stretch.Rows });
    }

    private static async Task<StorageFinding> RepairAsync(Suspicion suspicion, CancellationToken cancellationToken) => suspicion.Finding with
    {
        Repair = suspicion.Repair is null ? RepairOutcome.NotRepairable : await suspicion.Repair(cancellationToken) ? RepairOutcome.Repaired : RepairOutcome.Changed,
    };

    /// <summary>Checks the next partition of the day tables, and says where to go on.</summary>
    private async Task<VerificationPosition> CheckPartitionAsync(VerificationPosition position, Stretch stretch, List<Suspicion> found, CancellationToken cancellationToken)
    {
        if (await FindPartitionAsync(position, cancellationToken) is not var (table, partition))
            return new VerificationPosition(1, "", "", "");

        TaskId? after = position.After.Length == 0 ? null : TaskId.Parse(position.After);
        var result = await _partitions.CheckAsync(table, partition, after, cancellationToken);
        found.AddRange(result.Found);
        stretch.Tasks += result.Tasks;
        stretch.Rows += result.Rows;
        return new VerificationPosition(0, table.Name, partition, $"{result.After}");
    }

    /// <summary>The partition that comes next; null: there is none.</summary>
    private async Task<(DayTable Table, string Partition)?> FindPartitionAsync(VerificationPosition position, CancellationToken cancellationToken)
    {
        foreach (var table in await ListTablesAsync(cancellationToken))
        {
            var order = string.CompareOrdinal(table.Name, position.Table);
            if (order < 0)
                continue;
            if (order == 0 && position.After.Length > 0)
                return (table, position.Partition);

            var before = order == 0 ? position.Partition : "";
            await foreach (var row in _reader.QueryAsync(table.Name, TableClient.CreateQueryFilter($"PartitionKey gt {before}"), pageSize: 1, cancellationToken))
                return (table, row.PartitionKey);
        }

        return null;
    }

    private async Task<IReadOnlyList<DayTable>> ListTablesAsync(CancellationToken cancellationToken)
    {
        var (from, to) = (_clients.NameOf(TaskKeys.TablePrefix) + "0", _clients.NameOf(TaskKeys.TablePrefix) + ":");
        var tables = new List<DayTable>();
        await foreach (var name in _reader.ListTablesAsync(from, to, cancellationToken))
        {
            if (DayTable.Parse(name, _clients.NameOf("")) is { } table)
                tables.Add(table);
        }

        return [.. tables.OrderBy(table => table.Name, StringComparer.Ordinal)];
    }

    /// <summary>Checks the next page of another table, and says where to go on; null: that was all.</summary>
    private async Task<VerificationPosition?> CheckPageAsync(VerificationPosition position, Stretch stretch, List<Suspicion> found, CancellationToken cancellationToken)
    {
        var table = SideRowsCheck.Tables[position.Phase - 1];
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {position.Partition} or (PartitionKey eq {position.Partition} and RowKey gt {position.After})");
        var rows = new List<TableEntity>();
        await foreach (var row in _reader.QueryAsync(_clients.NameOf(table), filter, RowsPerPage, cancellationToken))
        {
            rows.Add(row);
            if (rows.Count == RowsPerPage)
                break;
        }

        stretch.Rows += rows.Count;
        var suspects = await FindAsync(table, rows, cancellationToken);
        if (suspects.Count > 0)
        {
            // What is being taken off or deleted just now looks wrong for a moment.
            await Task.Delay(_partitions.SecondLookAfter, _time, cancellationToken);
            var again = new List<TableEntity>();
            foreach (var suspect in suspects)
            {
                if (await _reader.GetAsync(_clients.NameOf(table), suspect.Finding.Partition, suspect.Finding.RowKey, cancellationToken) is { Row: var row })
                    again.Add(row);
            }

            found.AddRange(await FindAsync(table, again, cancellationToken));
        }

        if (rows.Count == RowsPerPage)
            return position with { Partition = rows[^1].PartitionKey, After = rows[^1].RowKey };
        return position.Phase == SideRowsCheck.Tables.Count ? null : new VerificationPosition(position.Phase + 1, "", "", "");
    }

    private async Task<IReadOnlyList<Suspicion>> FindAsync(string table, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var found = new Suspicion?[rows.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, rows.Count, parallel, async (index, token) => found[index] = await _sideRows.FindAsync(table, rows[index], token));
        return [.. found.OfType<Suspicion>()];
    }

    /// <summary>What a call has found so far.</summary>
    private sealed class Stretch
    {
        public List<StorageFinding> Findings { get; } = [];

        public string Position { get; set; } = "";

        public int Tasks { get; set; }

        public long Rows { get; set; }
    }
}
