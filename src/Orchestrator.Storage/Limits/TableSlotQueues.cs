using Orchestrator.Limits;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Limits;

/// <summary>The queues of limiters in one table; <see cref="SlotQueueKeys"/> shows the rows.</summary>
internal sealed class TableSlotQueues : ISlotQueues
{
    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly string _table;

    public TableSlotQueues(BatchingWriter writer, TableReader reader, TableClients clients)
    {
        _writer = writer;
        _reader = reader;
        _table = clients.NameOf(SlotQueueKeys.Table);
    }

    public async Task AddAsync(string limiter, SlotWaiter waiter, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(new RowGroup(_table, SlotQueueKeys.Partition(limiter), [RowOperation.Upsert(SlotQueueKeys.Write(limiter, waiter))], 0), cancellationToken);

    public async Task RemoveAsync(string limiter, SlotWaiter waiter, CancellationToken cancellationToken)
    {
        var partition = SlotQueueKeys.Partition(limiter);
        await _writer.WriteAsync(new RowGroup(_table, partition, [RowOperation.DeleteIfExists(partition, SlotQueueKeys.Row(waiter))], 0), cancellationToken);
    }

    public async Task<int> CountAsync(string limiter, int limit, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in _reader.QueryAsync(_table, SlotQueueKeys.Partition(limiter), "0", ":", columns: ["RowKey"], cancellationToken: cancellationToken))
        {
            if (++count == limit)
                break;
        }

        return count;
    }

    public async Task<IReadOnlyList<SlotWaiter>> ListAsync(string limiter, int limit, CancellationToken cancellationToken)
    {
        var waiters = new List<SlotWaiter>();
        await foreach (var row in _reader.QueryAsync(_table, SlotQueueKeys.Partition(limiter), "0", ":", pageSize: limit, cancellationToken: cancellationToken))
        {
            waiters.Add(SlotQueueKeys.Read(row));
            if (waiters.Count == limit)
                break;
        }

        return waiters;
    }
}
