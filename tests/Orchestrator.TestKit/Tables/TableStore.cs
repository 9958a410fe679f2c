using Orchestrator.TestKit.Tables.Filters;
using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables;

/// <summary>The tables of the account. Safe for all threads.</summary>
internal sealed class TableStore(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, RowSet> _tables = new(StringComparer.OrdinalIgnoreCase);
    private long _lastVersion;

    public void Create(string table)
    {
        lock (_lock)
        {
            if (!_tables.TryAdd(table, new RowSet()))
                throw TableRefusal.TableExists();
        }
    }

    public void Delete(string table)
    {
        lock (_lock)
        {
            if (!_tables.Remove(table))
                throw TableRefusal.ResourceNotFound();
        }
    }

    /// <summary>The names of all tables in order, without regard to case.</summary>
    public List<string> Names()
    {
        lock (_lock)
            return [.. _tables.Keys];
    }

    public int CountRows(string table)
    {
        lock (_lock)
            return Rows(table).Count;
    }

    public StoredRow? Find(string table, RowKeys keys)
    {
        lock (_lock)
            return Rows(table).Find(keys);
    }

    /// <summary>A page of the rows that match, in order.</summary>
    /// <param name="from">Where it begins, unless the filter's key range begins behind that.</param>
    /// <param name="scanLimit">Rows after which it ends even if it is not full.</param>
    public RowPage Query(string table, Filter? filter, RowKeys from, int size, int scanLimit)
    {
        var range = KeyRange.Of(filter);
        var page = new RowPage();
        lock (_lock)
        {
            foreach (var row in Rows(table).From(range.Start.ComparedWith(from) > 0 ? range.Start : from))
            {
                if (range.End is { } end && row.Keys.ComparedWith(end) >= 0)
                    break;
                if (page.Rows.Count == size || page.Scanned == scanLimit)
                {
                    page.Next = row.Keys;
                    break;
                }

                page.Scanned++;
                if (filter?.Matches(name => ValueOf(row, name)) != false)
                    page.Rows.Add(row);
            }
        }

        return page;
    }

    /// <summary>Does all or nothing; no two actions may be on the same row.</summary>
    /// <returns>The rows as they are now, null for deleted ones.</returns>
    /// <exception cref="RefusedAction">One of them cannot be done.</exception>
    public List<StoredRow?> Apply(string table, IReadOnlyList<RowAction> actions)
    {
        lock (_lock)
        {
            var planned = new List<StoredRow?>(actions.Count);
            foreach (var action in actions)
            {
                try
                {
                    planned.Add(Plan(Rows(table), action));
                }
                catch (TableRefusal refusal)
                {
                    throw new RefusedAction(planned.Count, refusal);
                }
            }

            for (var i = 0; i < actions.Count; i++)
                Put(Rows(table), actions[i].Keys, planned[i]);
            return planned;
        }
    }

    /// <summary>Puts rows in a table, which is created if it is not there, whatever stands in their places.</summary>
    public void Load(string table, IEnumerable<SentRow> rows)
    {
        lock (_lock)
        {
            _tables.TryAdd(table, new RowSet());
            foreach (var row in rows)
            {
                var keys = RowLimits.Checked(row.PartitionKey, row.RowKey);
                RowLimits.Check(keys, row.Columns);
                Rows(table).Put(Written(keys, row.Columns));
            }
        }
    }

    private static void Put(RowSet rows, RowKeys keys, StoredRow? row)
    {
        if (row is null)
            rows.Remove(keys);
        else
            rows.Put(row);
    }

    private static object? ValueOf(StoredRow row, string column) => column switch
    {
        SentRow.PartitionKeyName => row.Keys.Partition,
        SentRow.RowKeyName => row.Keys.Row,
        SentRow.TimestampName => row.Timestamp,
        _ => RowJson.ReadStored(row.Columns, column)?.Value,
    };

    private RowSet Rows(string table) => _tables.TryGetValue(table, out var rows) ? rows : throw TableRefusal.TableNotFound();

    private StoredRow? Plan(RowSet rows, RowAction action)
    {
        var stored = rows.Find(action.Keys);
        if (action.Kind == RowActionKind.Insert && stored is not null)
            throw TableRefusal.EntityExists();
        if (action.IfMatch is { } version && stored is null)
            throw TableRefusal.ResourceNotFound();
        if (action.IfMatch is { } other && other != "*" && !string.Equals(other, stored!.ETag, StringComparison.Ordinal))
            throw TableRefusal.ConditionNotMet();
        if (action.Kind == RowActionKind.Delete)
            return null;

        var columns = action.Kind == RowActionKind.Merge && stored is not null ? Merged(stored, action.Columns) : action.Columns;
        RowLimits.Check(action.Keys, columns);
        return Written(action.Keys, columns);
    }

    private static IReadOnlyCollection<Column> Merged(StoredRow stored, IReadOnlyCollection<Column> columns) =>
        SentRow.Of(RowJson.ReadStored(stored.Columns).Concat(columns)).Columns;

    private StoredRow Written(RowKeys keys, IReadOnlyCollection<Column> columns)
    {
        _lastVersion = Math.Max(time.GetUtcNow().UtcTicks, _lastVersion + 1);
        return new StoredRow(keys, RowJson.Write(columns), _lastVersion);
    }
}

/// <summary>Some of the rows that a query finds.</summary>
internal sealed class RowPage
{
    public List<StoredRow> Rows { get; } = [];

    /// <summary>Rows looked at, whether they match or not.</summary>
    public int Scanned { get; set; }

    /// <summary>Where the next page begins; null behind the last row of the filter's key range.</summary>
    public RowKeys? Next { get; set; }
}

/// <summary>One action of a transaction was refused, and with it all.</summary>
internal sealed class RefusedAction(int index, TableRefusal refusal) : Exception(refusal.Message, refusal)
{
    public int Index { get; } = index;

    public TableRefusal Refusal { get; } = refusal;
}
