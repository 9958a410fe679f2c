using Azure.Data.Tables;

namespace Embedded.DurableTask.Log;

/// <summary>Bytes spread over the binary columns D00, D01, … of a row. A column holds at most 64 KiB, a row at most 1 MiB.</summary>
internal static class BinaryColumns
{
    /// <summary>What fits into one row beside its other columns, in bytes.</summary>
    public const int Capacity = MaxColumns * ColumnSize;

    private const int ColumnSize = 64 * 1024;

    /// <summary>A row may have 1 MiB; the emulator counts it in base64, a third more than the bytes.</summary>
    private const int MaxColumns = 11;

    public static void Write(TableEntity row, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Capacity);
        for (var column = 0; column * ColumnSize < bytes.Length; column++)
        {
            var start = column * ColumnSize;
            row[Name(column)] = bytes[start..Math.Min(start + ColumnSize, bytes.Length)].ToArray();
        }
    }

    public static void Read(TableEntity row, Stream into)
    {
        for (var column = 0; column < MaxColumns && row.GetBinary(Name(column)) is { } bytes; column++)
        {
            into.Write(bytes);
        }
    }

    private static string Name(int column) => $"D{column:D2}";
}
