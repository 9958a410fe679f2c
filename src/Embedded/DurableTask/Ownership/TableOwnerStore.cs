using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Ownership;

/// <summary>The owner record as a row of a table. The client must not repeat writes by itself.</summary>
internal sealed class TableOwnerStore(TableClient table) : IOwnerStore
{
    public async Task<OwnerRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(OwnerRecord.Partition, OwnerRecord.Row, cancellationToken: cancellationToken);
        return found.HasValue ? OwnerRecord.From(found.Value!) : null;
    }

    public async Task<OwnerRecord?> TryWriteAsync(OwnerRecord record, OwnerRecord? before, CancellationToken cancellationToken)
    {
        try
        {
            var response = before is null
                ? await table.AddEntityAsync(record.ToEntity(), cancellationToken)
                : await table.UpdateEntityAsync(record.ToEntity(), before.ETag, TableUpdateMode.Replace, cancellationToken);
            return record with { ETag = response.Headers.ETag ?? throw new InvalidDataException("Storage gave the owner record no tag.") };
        }
        catch (Exception fault) when (fault is RequestFailedException { Status: 404 or 409 or 412 } || StorageFaults.IsFault(fault, cancellationToken))
        {
            // What the answer does not tell, the row does: our own write id means that this write arrived.
            return await ReadAsync(cancellationToken) is { } present && present.WriteId == record.WriteId ? present : null;
        }
    }
}
