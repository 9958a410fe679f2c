using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>
/// One partition of a table that only the owner of the present epoch can write to: every transaction also rewrites a fence row
/// under its tag, and a new owner moves that tag before it reads. A frozen owner that wakes writes nothing any more.
/// </summary>
internal sealed class FencedPartition(IRowStore rows, string partition, TimeProvider time)
{
    private const string FenceRow = "!fence";
    private const int MaxActions = 99;
    private const int MaxBytes = 2 * 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    private long _epoch;
    private long _version;
    private ETag _fence;
    private bool _hasParts;

    /// <summary>Whether a write has set out and has not come back.</summary>
    private bool _isUnderWay;

    /// <summary>Whether rows of the partition have, or have had, part rows. The fence row says so, from before the first of them on.</summary>
    public bool HasParts
    {
        get => _hasParts;
        set => _hasParts |= value;
    }

    /// <summary>The last epoch whose owner has opened a partition; 0 for none.</summary>
    public static async Task<long> FindEpochAsync(IRowStore rows, string partition, CancellationToken cancellationToken) =>
        (await rows.FindAsync(partition, FenceRow, cancellationToken))?.RequireInt64("Epoch") ?? 0;

    /// <summary>Keeps every earlier owner out. While storage fails to write it tries on.</summary>
    /// <exception cref="HubLostException">A later owner has opened it already.</exception>
    public async Task OpenAsync(long epoch, CancellationToken cancellationToken)
    {
        _epoch = epoch;
        for (var pause = FirstPause; ; pause = Backoff.After(pause))
        {
            var found = await rows.FindAsync(partition, FenceRow, cancellationToken);
            var present = found?.RequireInt64("Epoch");

            // One that says nothing was written by a release that did not tell.
            _hasParts = found is not null && found.GetBoolean("Parts") is not false;
            if (present > epoch)
            {
                throw new HubLostException(new LogPosition(epoch, 0));
            }

            if (present == epoch)
            {
                // An earlier try of ours arrived after all: nobody else has this epoch.
                _fence = found!.ETag;
                return;
            }

            try
            {
                _fence = await rows.SubmitAsync(
                    [found is null ? new(TableTransactionActionType.Add, Fence()) : new(TableTransactionActionType.UpdateReplace, Fence(), found.ETag)],
                    cancellationToken);
                return;
            }
            catch (RequestFailedException raced) when (raced.Status is 404 or 409 or 412)
            {
                // Somebody else opens it at the same time: look again whose epoch is the later one.
            }
            catch (Exception fault) when (StorageFaults.IsFault(fault, cancellationToken))
            {
                // Whether it arrived shows when it is looked for again.
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>Does the actions in their order, as many at a time as a transaction takes. While storage fails it tries on.</summary>
    /// <param name="actions">All of this partition, each with the rough size of its row in bytes.</param>
    /// <exception cref="HubLostException">Another owner has opened the partition.</exception>
    public async Task WriteAsync(IEnumerable<(TableTransactionAction Action, int Size)> actions, CancellationToken cancellationToken)
    {
        var batch = new List<TableTransactionAction>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var size = 0;
        foreach (var (action, bytes) in actions)
        {
            if (batch.Count == MaxActions || (batch.Count > 0 && size + bytes > MaxBytes) || !keys.Add(action.Entity.RowKey))
            {
                await SubmitAsync(batch, cancellationToken);
                batch.Clear();
                keys.Clear();
                keys.Add(action.Entity.RowKey);
                size = 0;
            }

            batch.Add(action);
            size += bytes;
        }

        if (batch.Count > 0)
        {
            await SubmitAsync(batch, cancellationToken);
        }
    }

    /// <summary>Sees to it that nothing of an earlier write that was given up can arrive any more, so that what is read now stays.</summary>
    /// <exception cref="HubLostException">Another owner has opened the partition.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        if (_isUnderWay)
        {
            await SubmitAsync([], cancellationToken);
        }
    }

    private async Task SubmitAsync(List<TableTransactionAction> batch, CancellationToken cancellationToken)
    {
        _version++;
        _isUnderWay = true;
        for (var pause = FirstPause; ; pause = Backoff.After(pause))
        {
            try
            {
                if (await TrySubmitAsync(batch, cancellationToken))
                {
                    _isUnderWay = false;
                    return;
                }
            }
            catch (Exception fault) when (StorageFaults.IsFault(fault, cancellationToken))
            {
                // Asked again below: whether it arrived shows in the fence row.
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private async Task<bool> TrySubmitAsync(List<TableTransactionAction> batch, CancellationToken cancellationToken)
    {
        try
        {
            _fence = await rows.SubmitAsync([new(TableTransactionActionType.UpdateReplace, Fence(), _fence), .. batch], cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is RequestFailedException { Status: 412 } || StorageFaults.IsFault(fault, cancellationToken))
        {
            var present = await rows.FindAsync(partition, FenceRow, cancellationToken);
            if (present?.RequireInt64("Epoch") != _epoch)
            {
                throw new HubLostException(new LogPosition(_epoch, _version));
            }

            _fence = present.ETag;
            return present.RequireInt64("Version") == _version;
        }
    }

    private TableEntity Fence() => new(partition, FenceRow) { ["Epoch"] = _epoch, ["Version"] = _version, ["Parts"] = _hasParts };
}
