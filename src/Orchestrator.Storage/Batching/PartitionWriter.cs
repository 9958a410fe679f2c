using Microsoft.Extensions.Logging;
using Orchestrator.Storage.Outages;

namespace Orchestrator.Storage.Batching;

/// <summary>
/// Writes the groups of one partition, one transaction at a time. Groups that touch the same row keep their order and
/// never share a transaction; a group is never split.
/// </summary>
internal sealed class PartitionWriter
{
    /// <summary>Sendings without a clear answer before a group is given up; with the pauses between them under 2 s when the service refuses at once.</summary>
    private const int MaxTries = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly LinkedList<PendingGroup> _queue = [];
    private readonly string _table;
    private readonly string _partition;
    private readonly ITransactionSender _sender;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _busy;

    public PartitionWriter(string table, string partition, ITransactionSender sender, TimeProvider time, ILogger logger)
    {
        _table = table;
        _partition = partition;
        _sender = sender;
        _time = time;
        _logger = logger;
    }

    public void Enqueue(PendingGroup group)
    {
        List<PendingGroup> first;
        lock (_lock)
        {
            _queue.AddLast(group);
            if (_busy)
                return;
            _busy = true;
            first = TakeBatch()!;
        }

        // The caller's own goes at once and as his; what comes after it is others'.
        var sent = SendAsync(first);
        var isDone = sent.IsCompleted;
        var next = isDone ? TakeBatch() : null;
        if (!isDone || next is not null)
            Detached.Run(() => PumpAsync(sent, next));
    }

    /// <param name="sent">What is under way.</param>
    /// <param name="next">What comes after it; null: whatever waits then.</param>
    private async Task PumpAsync(Task sent, List<PendingGroup>? next)
    {
        await sent;
        for (var batch = next ?? TakeBatch(); batch is not null; batch = TakeBatch())
            await SendForAsync(batch);
    }

    /// <summary>What is sent for one caller alone is part of what he does, in the log and in traces; what is sent for several belongs to none of them.</summary>
    private Task SendForAsync(List<PendingGroup> batch)
    {
        if (batch is not [{ Flow: { } flow }])
            return SendAsync(batch);

        var sent = Task.CompletedTask;
        ExecutionContext.Run(flow, _ => sent = SendAsync(batch), state: null);
        return sent;
    }

    /// <summary>The groups of the next transaction; null, and idle from then on, when there are none.</summary>
    private List<PendingGroup>? TakeBatch()
    {
        lock (_lock)
        {
            if (_queue.Count == 0)
            {
                _busy = false;
                return null;
            }

            var batch = new List<PendingGroup>();
            var rows = new HashSet<string>(StringComparer.Ordinal);
            var count = 0;
            long size = 0;
            for (var node = _queue.First; node is not null;)
            {
                var next = node.Next;
                var group = node.Value;
                if (batch.Count > 0 && (count + group.Count > RowLimits.TransactionOperations || size + group.Size > RowLimits.TransactionBytes))
                    break;

                var isApart = !group.Operations.Any(operation => rows.Contains(operation.RowKey));

                // Also the rows of a group that stays behind: a later group on one of them must not overtake it.
                foreach (var operation in group.Operations)
                    rows.Add(operation.RowKey);

                if (isApart)
                {
                    batch.Add(group);
                    count += group.Count;
                    size += group.Size;
                    _queue.Remove(node);
                }

                node = next;
            }

            return batch;
        }
    }

    private async Task SendAsync(List<PendingGroup> batch)
    {
        try
        {
            await SendUntilSettledAsync(batch);
        }
        catch (Exception exception)
        {
            // Whatever it is, the callers must not wait for ever.
            foreach (var group in batch)
                group.Fail(exception);
        }
    }

    private async Task SendUntilSettledAsync(List<PendingGroup> batch)
    {
        var tries = 0;
        var wasTableCreated = false;
        while (batch.Count > 0)
        {
            var operations = batch.SelectMany(group => group.Operations).ToArray();
            using var again = tries > 0 ? BudgetedRetries.EarnNothing() : null;
            switch (await _sender.SendAsync(_table, _partition, operations, CancellationToken.None))
            {
                case TransactionResult.Committed { Versions: var versions }:
                    HandOut(batch, versions);
                    return;

                case TransactionResult.Refused { Index: null } when batch.Count > 1:
                    foreach (var group in batch.ToArray())
                        await SendAsync([group]);
                    return;

                case TransactionResult.Refused refused:
                    TakeOut(batch, refused);
                    break;

                case TransactionResult.TableMissing when !wasTableCreated:
                    SettleWhatNeedsRows(batch);
                    if (batch.Count == 0)
                        return;
                    wasTableCreated = true;
                    await _sender.CreateTableAsync(_table, CancellationToken.None);
                    break;

                case TransactionResult.TableMissing:
                    throw new InvalidOperationException($"Table {_table} was created, but writing to it still finds no such table.");

                case TransactionResult.Unclear unclear:
                    tries++;
                    _logger.Unclear(unclear.Reason, operations.Length, _table, _partition, tries);
                    await SettleWhatIsWrittenAsync(batch);
                    if (batch.Count > 0 && (tries == MaxTries || !_sender.MaySendAgain()))
                    {
                        _logger.GivenUp(unclear.Reason, operations.Length, _table, _partition, tries);
                        throw unclear.Reason;
                    }

                    if (batch.Count > 0)
                        await Task.Delay(FirstPause * Math.Pow(2, tries - 1), _time);
                    break;
            }
        }
    }

    private static void HandOut(List<PendingGroup> batch, IReadOnlyList<string> versions)
    {
        var offset = 0;
        foreach (var group in batch)
        {
            group.Written(versions, offset);
            offset += group.Count;
        }
    }

    /// <summary>Settles and takes out the groups that come to nothing where there is no table: for them a table that was dropped is not created again.</summary>
    private static void SettleWhatNeedsRows(List<PendingGroup> batch)
    {
        foreach (var group in batch.ToArray())
        {
            var operations = group.Group.Operations;
            var index = operations.ToList().FindIndex(operation => operation.Kind is RowOperationKind.Merge or RowOperationKind.Delete);
            if (group.Group.NeedsTable || index >= 0)
                group.Settle(new RowGroupOutcome.Conflict(404, Math.Max(index, 0)));
            else if (operations.All(operation => operation.Kind == RowOperationKind.DeleteIfExists))
                group.Settle(new RowGroupOutcome.Written(null));
            else
                continue;
            batch.Remove(group);
        }
    }

    /// <summary>Takes the group that was refused out of the batch, and sees whether its refusal only means that it had been written before.</summary>
    private void TakeOut(List<PendingGroup> batch, TransactionResult.Refused refused)
    {
        var position = refused.Index ?? 0;
        var group = batch[0];
        foreach (var candidate in batch)
        {
            group = candidate;
            if (position < candidate.Count)
                break;
            position -= candidate.Count;
        }

        if (refused.Status == 404 && group.KindAt(position) == RowOperationKind.DeleteIfExists)
        {
            group.Drop(position);
            if (group.Count == 0)
            {
                batch.Remove(group);
                group.Written([], 0);
            }

            return;
        }

        batch.Remove(group);
        _logger.Refused(group.Operations.ElementAt(position).RowKey, _table, _partition, refused.Status, batch.Count);
        _ = SettleRefusedAsync(group, refused, group.OriginalIndexOf(position));
    }

    private async Task SettleRefusedAsync(PendingGroup group, TransactionResult.Refused refused, int index)
    {
        try
        {
            if (refused.Status is not (404 or 409 or 412))
                group.Fail(refused.Reason);
            else if (await IsWrittenAsync(group))
                group.Settle(new RowGroupOutcome.Written(null));
            else if (await IsNoConflictAsync(group, refused.Status, index))
                Enqueue(group);
            else
                group.Settle(new RowGroupOutcome.Conflict(refused.Status, index));
        }
        catch (Exception exception)
        {
            group.Fail(exception);
        }
    }

    /// <summary>
    /// Whether a conflict is none: the row that is said to be there is gone, or the operation has no condition. Many a caller takes a conflict
    /// for "it is written", so we had better look.
    /// </summary>
    private async Task<bool> IsNoConflictAsync(PendingGroup group, int status, int index)
    {
        var operation = group.Group.Operations[index];
        var isNone = ++group.ConflictsLookedAt < MaxTries && operation.Kind switch
        {
            RowOperationKind.Upsert or RowOperationKind.DeleteIfExists => true,
            RowOperationKind.Insert when status == 409 => await _sender.ReadWriteIdAsync(_table, _partition, operation.RowKey, CancellationToken.None) is null,
            _ => false,
        };
        if (isNone)
            _logger.NoConflict(operation.RowKey, _table, _partition, status);
        return isNone;
    }

    /// <summary>Settles and takes out the groups whose write id is found.</summary>
    private async Task SettleWhatIsWrittenAsync(List<PendingGroup> batch)
    {
        foreach (var group in batch.ToArray())
        {
            try
            {
                if (!await IsWrittenAsync(group))
                    continue;
            }
            catch (Exception exception)
            {
                // Then neither will the other reads succeed; sending again finds out.
                _logger.Unclear(exception, group.Count, _table, _partition, 0);
                return;
            }

            _logger.FoundWritten(group.AnchorRowKey, _table, _partition);
            batch.Remove(group);
            group.Settle(new RowGroupOutcome.Written(null));
        }
    }

    private async Task<bool> IsWrittenAsync(PendingGroup group) =>
        string.Equals(await _sender.ReadWriteIdAsync(_table, _partition, group.AnchorRowKey, CancellationToken.None), group.WriteId, StringComparison.Ordinal);
}
