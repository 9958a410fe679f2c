namespace Embedded.DurableTask.Log;

/// <summary>Ends the epochs of earlier owners, reading what they wrote.</summary>
internal sealed class LogFence(ILogStore store, Func<string> newWriteId, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Reads the groups of an epoch from a position on and closes the epoch behind them. Where it is still written to, the seal
    /// moves on behind its rows until it holds; after that no row of this epoch can come any more.
    /// </summary>
    /// <param name="apply">Called for each group, in order, with the position behind it.</param>
    public async Task SealAsync(LogPosition from, Action<ReadOnlyMemory<byte>, LogPosition> apply, CancellationToken cancellationToken)
    {
        var parts = new MemoryStream();
        while (true)
        {
            await foreach (var row in store.ReadAsync(from, cancellationToken))
            {
                if (row.IsSeal)
                {
                    return;
                }

                if (row.At != from)
                {
                    throw new InvalidDataException($"The commit log lacks row {from.Position} of epoch {from.Epoch}; row {row.At.Position} follows. The storage has lost data.");
                }

                from = new LogPosition(from.Epoch, from.Position + 1);
                parts.Write(row.Bytes.Span);
                if (row.IsLast)
                {
                    apply(parts.ToArray(), from);
                    parts.SetLength(0);
                }
            }

            // Rows of a group whose last row never came: it was never acknowledged, and is not part of the log.
            if (await TrySealAsync(from, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> TrySealAsync(LogPosition at, CancellationToken cancellationToken)
    {
        var seal = LogRow.Seal(at, newWriteId());
        try
        {
            await store.InsertAsync(seal, cancellationToken);
            return true;
        }
        catch (Exception fault) when (fault is RowTakenException or StorageFaultException)
        {
            var present = await store.GetWriteIdAsync(at, cancellationToken);
            if (present is null)
            {
                // Storage has failed to write it; the next try must not follow at once.
                await Task.Delay(Pause, time, cancellationToken);
            }

            return present == seal.WriteId;
        }
    }
}
