using System.Globalization;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Log;

/// <summary>A row of the commit log: a group (or a part of a large one), or the seal that ends an epoch.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="WriteId">Names the write that made it, so that whoever wrote it can tell its own row from another's.</param>
/// <param name="IsSeal">Whether it ends its epoch.</param>
/// <param name="IsLast">Whether it is the last row of its group. A group counts only when its last row is there.</param>
/// <param name="Bytes">Its part of the group.</param>
internal sealed record LogRow(LogPosition At, string WriteId, bool IsSeal, bool IsLast, ReadOnlyMemory<byte> Bytes)
{
    private const string WriteIdColumn = "WriteId";
    private const string SealColumn = "Seal";
    private const string LastColumn = "Last";

    public static LogRow Seal(LogPosition at, string writeId) => new(at, writeId, IsSeal: true, IsLast: true, ReadOnlyMemory<byte>.Empty);

    public static LogRow From(TableEntity row)
    {
        using var bytes = new MemoryStream();
        BinaryColumns.Read(row, bytes);
        return new LogRow(
            new LogPosition(long.Parse(row.PartitionKey, CultureInfo.InvariantCulture), long.Parse(row.RowKey, CultureInfo.InvariantCulture)),
            row.RequireString(WriteIdColumn),
            row.GetBoolean(SealColumn) ?? false,
            row.GetBoolean(LastColumn) ?? true,
            bytes.ToArray());
    }

    public TableEntity ToEntity()
    {
        var row = new TableEntity(LogPosition.PartitionKey(At.Epoch), LogPosition.RowKey(At.Position)) { [WriteIdColumn] = WriteId };
        if (IsSeal)
        {
            row[SealColumn] = true;
        }

        if (!IsLast)
        {
            row[LastColumn] = false;
        }

        BinaryColumns.Write(row, Bytes.Span);
        return row;
    }
}
