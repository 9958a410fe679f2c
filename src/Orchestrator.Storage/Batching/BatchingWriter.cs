using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Storage.Batching;

/// <summary>
/// Writes groups of rows, those that come while a partition is busy together in one transaction. An idle partition is
/// written to at once; nothing ever waits for company. See <see cref="PartitionWriter"/> for the order.
/// </summary>
internal sealed class BatchingWriter
{
    /// <summary>Column of a group's anchor row that holds the write id.</summary>
    public const string WriteIdColumn = "WriteId";

    private readonly ConcurrentDictionary<(string Table, string Partition), PartitionWriter> _partitions = new();
    private readonly ITransactionSender _sender;
    private readonly IRandomSource _random;
    private readonly TimeProvider _time;
    private readonly ILogger<BatchingWriter> _logger;

    public BatchingWriter(ITransactionSender sender, IRandomSource random, TimeProvider time, ILogger<BatchingWriter> logger)
    {
        _sender = sender;
        _random = random;
        _time = time;
        _logger = logger;
    }

    /// <summary>Writes a group. Cancelling stops the wait, not a write that is on its way.</summary>
    /// <exception cref="Errors.PayloadTooLargeException">The group passes a limit of the table service.</exception>
    /// <exception cref="Errors.StorageUnavailableException">The service does not answer; whether the group is written is not known.</exception>
    public Task<RowGroupOutcome> WriteAsync(RowGroup group, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new PendingGroup(group, NewWriteId());
        RowLimits.Check(group.Operations);
        var partition = _partitions.GetOrAdd(
            (group.Table, group.Partition),
            static (key, writer) => new PartitionWriter(key.Table, key.Partition, writer._sender, writer._time, writer._logger),
            this);
        partition.Enqueue(pending);
        return pending.Completion.WaitAsync(cancellationToken);
    }

    private string NewWriteId()
    {
        Span<byte> bytes = stackalloc byte[12];
        _random.Fill(bytes);
        return Convert.ToBase64String(bytes);
    }
}
