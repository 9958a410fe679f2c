using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Log;

/// <summary>The commit log of one epoch, as its owner writes it.</summary>
/// <remarks>
/// One append is under way at a time, so positions are without gaps and are acknowledged in their order. A row is only ever
/// inserted: whoever finds its next position taken by a row that is not its own has lost the hub to the owner that sealed it.
/// </remarks>
internal sealed partial class CommitLog(ILogStore store, long epoch, TimeProvider time, Func<string> newWriteId, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private long _next;

    /// <summary>The position that the next row gets.</summary>
    public LogPosition Next => new(epoch, _next);

    /// <summary>Makes a group durable. While storage fails it tries on.</summary>
    /// <param name="group">What <see cref="LogGroup.Close"/> gave.</param>
    /// <returns>How many rows it took.</returns>
    /// <exception cref="HubLostException">Another owner has sealed this epoch; the group is not in the log and never will be.</exception>
    public async Task<int> AppendAsync(ReadOnlyMemory<byte> group, CancellationToken cancellationToken)
    {
        var rows = 0;
        do
        {
            var part = group[..Math.Min(group.Length, BinaryColumns.Capacity)];
            group = group[part.Length..];
            await InsertAsync(new LogRow(Next, newWriteId(), IsSeal: false, IsLast: group.IsEmpty, part), cancellationToken);
            _next++;
            rows++;
        }
        while (!group.IsEmpty);

        return rows;
    }

    private async Task InsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = Backoff.After(pause))
        {
            try
            {
                if (await TryInsertAsync(row, cancellationToken))
                {
                    return;
                }
            }
            catch (StorageFaultException fault)
            {
                LogStorageFault(row.At.Position, pause.TotalSeconds, fault.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>One try. After an answer that leaves it open whether the row was written, the row itself is asked.</summary>
    /// <returns>False when the row is not there and can be tried again.</returns>
    private async Task<bool> TryInsertAsync(LogRow row, CancellationToken cancellationToken)
    {
        try
        {
            await store.InsertAsync(row, cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is RowTakenException or StorageFaultException)
        {
            var present = await store.GetWriteIdAsync(row.At, cancellationToken);
            if (present is null && fault is StorageFaultException)
            {
                LogStorageFault(row.At.Position, 0, fault.Message);
            }

            return present is not null && (present == row.WriteId ? true : throw new HubLostException(row.At));
        }
    }

    [LoggerMessage(9310, LogLevel.Warning, "Row {Position} of the commit log could not be written; trying again in {Seconds} s. {Fault}")]
    private partial void LogStorageFault(long position, double seconds, string fault);
}

/// <summary>This process no longer owns its task hub and must stop.</summary>
internal sealed class HubLostException(LogPosition at)
    : HostStartException($"Another process has taken the task hub over: epoch {at.Epoch} was sealed at {at.Position}.");
