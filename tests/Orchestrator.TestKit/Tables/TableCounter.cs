using Orchestrator.TestKit.Tables.Protocol;

namespace Orchestrator.TestKit.Tables;

/// <summary>Counts for <see cref="TableServer"/>. Safe for all threads.</summary>
internal sealed class TableCounter
{
    private readonly Lock _lock = new();
    private readonly List<TableQuery> _queries = [];
    private TableCounts _counts = new();

    public TableCounts Counts
    {
        get
        {
            lock (_lock)
                return _counts;
        }
    }

    public IReadOnlyList<TableQuery> Queries
    {
        get
        {
            lock (_lock)
                return [.. _queries];
        }
    }

    public TableCounts Reset()
    {
        lock (_lock)
        {
            var counts = _counts;
            _counts = new TableCounts();
            _queries.Clear();
            return counts;
        }
    }

    public void Count(TableCall call) => Change(counts => call switch
    {
        { Address.Resource: TableAddress.Tables } => counts with { TableRequests = counts.TableRequests + 1 },
        { Address.Resource: TableAddress.Batch } => counts with { Transactions = counts.Transactions + 1 },
        { Method: "GET", Address.Argument: null or "" } => counts with { Queries = counts.Queries + 1 },
        { Method: "GET" } => counts with { PointReads = counts.PointReads + 1 },
        { Method: "POST" } => counts with { Inserts = counts.Inserts + 1 },
        { Method: "DELETE" } => counts with { Deletes = counts.Deletes + 1 },
        _ => counts with { Updates = counts.Updates + 1 },
    });

    public void CountWritten(int rows) => Change(counts => counts with { RowsWritten = counts.RowsWritten + rows });

    public void CountRead(int scanned, int returned) =>
        Change(counts => counts with { RowsScanned = counts.RowsScanned + scanned, RowsReturned = counts.RowsReturned + returned });

    public void CountQuery(TableQuery query)
    {
        CountRead(query.RowsScanned, query.RowsReturned);
        lock (_lock)
            _queries.Add(query);
    }

    private void Change(Func<TableCounts, TableCounts> change)
    {
        lock (_lock)
            _counts = change(_counts);
    }
}
