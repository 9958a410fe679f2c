using System.Text.Json;
using Azure.Data.Tables;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>Finished instances, which memory no longer holds.</summary>
internal sealed class FinishedStore(TableClient table, TimeProvider time)
{
    private const string Partition = "finished";
    private readonly FencedPartition _partition = new(table, Partition, time);

    /// <summary>Keeps earlier owners out.</summary>
    public Task OpenAsync(long epoch, CancellationToken cancellationToken) => _partition.OpenAsync(epoch, cancellationToken);

    public async Task<InstanceView?> GetAsync(string instanceId, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, RowKeys.From(instanceId), cancellationToken: cancellationToken);
        return found.HasValue ? await ReadAsync(found.Value!, cancellationToken) : null;
    }

    /// <summary>Instances that match, in the order of their ids, after <paramref name="afterId"/>.</summary>
    public async IAsyncEnumerable<InstanceView> QueryAsync(
        InstanceFilter filter, string? afterId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = RowKeys.From(afterId ?? string.Empty);
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from}"), cancellationToken: cancellationToken))
        {
            if (!StoredRow.IsAuxiliary(row) && await ReadAsync(row, cancellationToken) is var view && InstanceViews.Matches(filter, view))
            {
                yield return view;
            }
        }
    }

    public async Task WriteAsync(IReadOnlyList<Capture> captures, CancellationToken cancellationToken)
    {
        await _partition.WriteAsync(captures.Where(c => c.Finished is not null).SelectMany(c => Stored(c).ToWrites(Partition)), cancellationToken);
        foreach (var purged in captures.Where(c => c.IsPurged))
        {
            await RemoveAsync(purged.Key, cancellationToken);
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

    private async Task RemoveAsync(string instanceId, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, RowKeys.From(instanceId), cancellationToken: cancellationToken);
        if (found.HasValue)
        {
            var keys = StoredRow.PartKeys(found.Value!).Append(found.Value!.RowKey);
            await _partition.WriteAsync(keys.Select(k => (StoredRow.Removal(Partition, k), 200)), cancellationToken);
        }
    }

    private async Task<InstanceView> ReadAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var parts = new List<TableEntity>();
        foreach (var key in StoredRow.PartKeys(row))
        {
            parts.Add(await table.GetEntityAsync<TableEntity>(Partition, key, cancellationToken: cancellationToken));
        }

        return JsonSerializer.Deserialize(StoredRow.From(row, parts).Bytes.Span, HubJson.Default.InstanceView)
            ?? throw new InvalidDataException($"The stored row of '{row.RowKey}' is empty.");
    }
}
