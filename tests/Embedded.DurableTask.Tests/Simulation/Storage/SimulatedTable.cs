using Azure;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>A table as the service keeps it: the one truth that all simulated processes share.</summary>
/// <param name="accepted">Told of each write that has been done, and who sent it.</param>
internal sealed class SimulatedTable(string name, Action<SimulatedTable, object?, IReadOnlyList<TableTransactionAction>>? accepted)
{
    private const int MaxActions = 100;

    private readonly SortedDictionary<TableKey, TableEntity> _rows = new(TableKey.Order);
    private long _version;

    public string Name => name;

    /// <summary>The same rows again, which go their own ways from now on.</summary>
    public SimulatedTable Copy()
    {
        var copy = new SimulatedTable(name, accepted: null) { _version = _version };
        foreach (var (key, row) in _rows)
        {
            copy._rows.Add(key, row);
        }

        return copy;
    }

    public TableEntity? Find(TableKey key, IEnumerable<string>? columns = null) =>
        _rows.TryGetValue(key, out var row) ? Take(row, columns?.ToList()) : null;

    /// <summary>The first rows behind a place that match.</summary>
    public List<TableEntity> Read(Func<TableKey, bool> filter, TableKey? after, int most, IReadOnlyList<string>? columns)
    {
        var found = new List<TableEntity>();
        foreach (var (key, row) in _rows)
        {
            if ((after is null || TableKey.Order.Compare(key, after.Value) > 0) && filter(key))
            {
                found.Add(Take(row, columns));
                if (found.Count == most)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Does all or nothing.</summary>
    /// <returns>The rows' new tags.</returns>
    /// <exception cref="RequestFailedException">404, 409 or 412 for a condition that does not hold, 400 for what is no transaction.</exception>
    public IReadOnlyList<ETag> Submit(IReadOnlyList<TableTransactionAction> actions, object? writer)
    {
        var keys = actions.Select(a => TableKey.Of(a.Entity)).ToList();
        if (actions.Count is 0 or > MaxActions || keys.Distinct().Count() != keys.Count || keys.Exists(k => k.Partition != keys[0].Partition))
        {
            throw new RequestFailedException(400, "InvalidInput");
        }

        for (var i = 0; i < actions.Count; i++)
        {
            Check(actions[i], _rows.GetValueOrDefault(keys[i]));
        }

        var tags = actions.Select((action, i) => Do(action, keys[i])).ToList();
        accepted?.Invoke(this, writer, actions);
        return tags;
    }

    private static void Check(TableTransactionAction action, TableEntity? present)
    {
        var status = action.ActionType switch
        {
            TableTransactionActionType.Add => present is null ? 0 : 409,
            TableTransactionActionType.UpsertReplace => 0,
            TableTransactionActionType.UpdateReplace or TableTransactionActionType.Delete when present is null => 404,
            TableTransactionActionType.UpdateReplace or TableTransactionActionType.Delete =>
                action.ETag == default || action.ETag == ETag.All || action.ETag == present!.ETag ? 0 : 412,
            _ => 400,
        };
        if (status != 0)
        {
            throw new RequestFailedException(status, $"{action.ActionType} of {action.Entity.PartitionKey}/{action.Entity.RowKey}: {status}");
        }
    }

    private static TableEntity Take(TableEntity row, IReadOnlyList<string>? columns)
    {
        var taken = new TableEntity((IDictionary<string, object>)row);
        foreach (var column in columns is null ? [] : taken.Keys.Except([.. columns, "odata.etag", "PartitionKey", "RowKey"], StringComparer.Ordinal).ToList())
        {
            taken.Remove(column);
        }

        return taken;
    }

    private ETag Do(TableTransactionAction action, TableKey key)
    {
        if (action.ActionType == TableTransactionActionType.Delete)
        {
            _rows.Remove(key);
            return default;
        }

        var row = new TableEntity(key.Partition, key.Row);
        foreach (var (column, value) in (TableEntity)action.Entity)
        {
            if (column != "odata.etag" && value is not null)
            {
                row[column] = value is DateTime time ? new DateTimeOffset(time) : value;
            }
        }

        row.ETag = new ETag($"W/\"{++_version}\"");
        _rows[key] = row;
        return row.ETag;
    }
}
