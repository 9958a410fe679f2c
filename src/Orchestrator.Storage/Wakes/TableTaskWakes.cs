using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Wakes;

/// <summary>Wakes of tasks: a partition per UTC day, rows by time, so that what is due lies at the beginning of the table.</summary>
internal sealed class TableTaskWakes : ITaskWakes
{
    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly string _table;

    public TableTaskWakes(BatchingWriter writer, TableReader reader, TableClients clients)
    {
        _writer = writer;
        _reader = reader;
        _table = clients.NameOf(WakeKeys.Table);
    }

    public async Task AddAsync(TaskId task, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var partition = WakeKeys.Partition(at);
        var row = new TableEntity(partition, WakeKeys.Row(new TaskWake(task, at))) { ["Schema"] = 1 };

        // A conflict says that it is there.
        await _writer.WriteAsync(new RowGroup(_table, partition, [RowOperation.Insert(row)], 0), cancellationToken);
    }

    public async Task<IReadOnlyList<TaskWake>> ListDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey le {WakeKeys.Partition(until)} and RowKey lt {WakeKeys.After(until)}");
        var wakes = new List<TaskWake>();
        await foreach (var row in _reader.QueryAsync(_table, filter, Math.Min(limit, 1_000), cancellationToken))
        {
            wakes.Add(WakeKeys.Parse(row.RowKey));
            if (wakes.Count == limit)
                break;
        }

        return wakes;
    }

    public async Task RemoveAsync(TaskWake wake, CancellationToken cancellationToken)
    {
        var partition = WakeKeys.Partition(wake.At);
        await _writer.WriteAsync(new RowGroup(_table, partition, [RowOperation.DeleteIfExists(partition, WakeKeys.Row(wake))], 0), cancellationToken);
    }
}
