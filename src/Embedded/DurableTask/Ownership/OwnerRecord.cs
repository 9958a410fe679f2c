using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Ownership;

/// <summary>The row that says who owns a hub.</summary>
/// <param name="Owner">The owner, or the last one.</param>
/// <param name="Epoch">The epoch the owner writes to, or was about to open.</param>
/// <param name="IsReleased">Whether the owner has left in order.</param>
/// <param name="WriteId">Changes with every renewal.</param>
/// <param name="ETag">The row's tag as it was read or written.</param>
internal sealed record OwnerRecord(ProcessIdentity Owner, long Epoch, bool IsReleased, string WriteId, ETag ETag)
{
    public const string Partition = "hub";
    public const string Row = "owner";

    public static OwnerRecord From(TableEntity row) => new(
        new ProcessIdentity(row.RequireString("Machine"), row.RequireString("BootId"), (int)row.RequireInt64("ProcessId"), row.RequireString("ProcessStart")),
        row.RequireInt64("Epoch"),
        row.GetBoolean("Released") ?? false,
        row.RequireString("WriteId"),
        row.ETag);

    public TableEntity ToEntity() => new(Partition, Row)
    {
        ["Machine"] = Owner.Machine,
        ["BootId"] = Owner.BootId,
        ["ProcessId"] = (long)Owner.ProcessId,
        ["ProcessStart"] = Owner.ProcessStart,
        ["Epoch"] = Epoch,
        ["Released"] = IsReleased,
        ["WriteId"] = WriteId,
    };
}
