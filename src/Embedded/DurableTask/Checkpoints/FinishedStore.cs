using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>Finished instances, which memory no longer holds.</summary>
/// <remarks>
/// Spread over partitions by their ids, because the emulator looks at every row of a partition to find one. A partition is
/// fenced when this owner first writes to it: what an earlier owner may still write there until then was durable in its log,
/// and is what this owner has read from there.
/// </remarks>
internal sealed class FinishedStore(IRowStore rows, long epoch, TimeProvider time)
{
    private const int Partitions = 64;

    private readonly Dictionary<string, FencedPartition> _fenced = new(StringComparer.Ordinal);

    /// <summary>Where an instance stands among all: instances are listed in this order.</summary>
    public static (string Partition, string RowKey) PlaceOf(string instanceId)
    {
        var number = SHA256.HashData(Encoding.Unicode.GetBytes(instanceId))[0] % Partitions;
        return (number.ToString("D2", CultureInfo.InvariantCulture), RowKeys.From(instanceId));
    }

    public async Task<InstanceView?> GetAsync(string instanceId, CancellationToken cancellationToken)
    {
        var (partition, rowKey) = PlaceOf(instanceId);
        return await ReadAsync(await rows.FindAsync(partition, rowKey, cancellationToken), cancellationToken);
    }

    /// <summary>Instances that match, in the order of their places, after <paramref name="afterId"/>.</summary>
    public async IAsyncEnumerable<InstanceView> QueryAsync(
        InstanceFilter filter, string? afterId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = new RowRange { After = afterId is null ? null : PlaceOf(afterId) };
        await foreach (var row in rows.ReadAsync(range, cancellationToken))
        {
            if (!StoredRow.IsAuxiliary(row) && await ReadAsync(row, cancellationToken) is { } view && InstanceViews.Matches(filter, view))
            {
                yield return view;
            }
        }
    }

    /// <summary>Stores what has finished, removes what has been purged, and leaves alone what lives.</summary>
    /// <exception cref="HubLostException">Another owner has opened a partition.</exception>
    public async Task WriteAsync(IReadOnlyList<Capture> captures, CancellationToken cancellationToken)
    {
        foreach (var inPartition in captures.Where(c => c.IsPurged || c.Finished is not null).GroupBy(c => PlaceOf(c.Key).Partition, StringComparer.Ordinal))
        {
            // Only then is what is found in it all there can be: what an earlier owner, or this one, has given up cannot arrive any more.
            var partition = await FencedAsync(inPartition.Key, cancellationToken);
            await partition.SettleAsync(cancellationToken);
            var writes = new List<(TableTransactionAction, int)>();
            foreach (var capture in inPartition)
            {
                List<(TableTransactionAction Action, int Size)> stored = capture.Finished is null ? [] : [.. Stored(capture).ToWrites(inPartition.Key)];
                writes.AddRange(stored);
                partition.HasParts = stored.Count > 1;

                // What is replaced leaves nothing behind but its parts.
                if (capture.IsPurged || (capture.ReplacesStored && partition.HasParts) || stored.Count > 1)
                {
                    writes.AddRange(await RemovalsAsync(capture, stored, cancellationToken));
                }
            }

            await partition.WriteAsync(writes, cancellationToken);
        }
    }

    private static StoredRow Stored(Capture capture) => new()
    {
        Key = capture.Key,
        Kind = "instance",
        AsOf = capture.AsOf,
        Bytes = JsonSerializer.SerializeToUtf8Bytes(capture.Finished!, HubJson.Default.InstanceView),
        Columns = new Dictionary<string, object>(StringComparer.Ordinal) { ["Status"] = capture.Finished!.Status.ToString(), ["CreatedAt"] = capture.Finished.CreatedAt },
    };

    /// <summary>
    /// Removes the parts of earlier writes, also of those that did not come to their end, and with a purged instance the row too.
    /// Tried again after a failure, it may find what it has written itself: that stays.
    /// </summary>
    private async Task<IEnumerable<(TableTransactionAction Action, int Size)>> RemovalsAsync(
        Capture capture, List<(TableTransactionAction Action, int Size)> stored, CancellationToken cancellationToken)
    {
        var (partition, rowKey) = PlaceOf(capture.Key);
        var found = new List<string>();
        await foreach (var row in rows.ReadAsync(new RowRange { Partition = partition, RowKey = rowKey }, cancellationToken))
        {
            if (StoredRow.IsPartOf(row.RowKey, rowKey) || (capture.IsPurged && row.RowKey == rowKey))
            {
                found.Add(row.RowKey);
            }
        }

        return found.Except(stored.Select(w => w.Action.Entity.RowKey), StringComparer.Ordinal).Select(key => StoredRow.Removal(partition, key));
    }

    private async Task<FencedPartition> FencedAsync(string key, CancellationToken cancellationToken)
    {
        if (!_fenced.TryGetValue(key, out var partition))
        {
            partition = new FencedPartition(rows, key, time);
            await partition.OpenAsync(epoch, cancellationToken);
            _fenced.Add(key, partition);
        }

        return partition;
    }

    /// <summary>Puts an instance together. A row whose parts go while it is read has been replaced or removed: then it is looked for again.</summary>
    private async Task<InstanceView?> ReadAsync(TableEntity? row, CancellationToken cancellationToken)
    {
        while (row is not null)
        {
            var parts = new List<TableEntity>();
            foreach (var key in StoredRow.PartKeys(row))
            {
                if (await rows.FindAsync(row.PartitionKey, key, cancellationToken) is { } part)
                {
                    parts.Add(part);
                }
            }

            if (parts.Count == StoredRow.PartKeys(row).Count())
            {
                return JsonSerializer.Deserialize(StoredRow.From(row, parts).Bytes.Span, HubJson.Default.InstanceView)
                    ?? throw new InvalidDataException($"The stored row of '{row.RowKey}' is empty.");
            }

            var present = await rows.FindAsync(row.PartitionKey, row.RowKey, cancellationToken);
            row = present?.ETag != row.ETag ? present : throw new InvalidDataException($"The stored row of '{row.RowKey}' lacks a part.");
        }

        return null;
    }
}
