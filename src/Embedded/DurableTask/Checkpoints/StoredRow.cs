using System.Globalization;
using System.IO.Compression;
using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>
/// A stored instance or entity: one row, and for what is too large for one, part rows that were written before it. Part rows
/// carry the stamp of their write in the key, so a row never meets the parts of another write.
/// </summary>
internal sealed class StoredRow
{
    /// <summary>What a row takes beside its bytes, roughly.</summary>
    public const int RowSize = 200;

    private const int CompressFrom = 2048;
    private const string PartMark = "!";

    /// <summary>The instance id or the entity's <c>@name@key</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What the bytes are, in the words of whoever stores them.</summary>
    public required string Kind { get; init; }

    /// <summary>The position in the log up to which the bytes hold every record of this key.</summary>
    public required LogPosition AsOf { get; init; }

    /// <summary>JSON in UTF-8.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Further columns of the row, to filter by.</summary>
    public IReadOnlyDictionary<string, object> Columns { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);

    /// <summary>The writes that store it, part rows first, each with its rough size.</summary>
    public IEnumerable<(TableTransactionAction Action, int Size)> ToWrites(string partition)
    {
        var compressed = Bytes.Length >= CompressFrom;
        var bytes = compressed ? Compress(Bytes.Span) : Bytes.ToArray();
        var rowKey = RowKeys.From(Key);
        var stamp = Stamp(AsOf);
        var parts = 0;
        for (var start = BinaryColumns.Capacity; start < bytes.Length; start += BinaryColumns.Capacity)
        {
            var part = new TableEntity(partition, PartKey(rowKey, stamp, parts++));
            var length = Math.Min(BinaryColumns.Capacity, bytes.Length - start);
            BinaryColumns.Write(part, bytes.AsSpan(start, length));
            yield return (new TableTransactionAction(TableTransactionActionType.UpsertReplace, part), length);
        }

        var row = new TableEntity(partition, rowKey)
        {
            ["Key"] = Key,
            ["Kind"] = Kind,
            ["Epoch"] = AsOf.Epoch,
            ["Position"] = AsOf.Position,
            ["Compressed"] = compressed,
            ["Parts"] = parts,
        };
        foreach (var (name, value) in Columns)
        {
            row[name] = value;
        }

        BinaryColumns.Write(row, bytes.AsSpan(0, Math.Min(BinaryColumns.Capacity, bytes.Length)));
        yield return (new TableTransactionAction(TableTransactionActionType.UpsertReplace, row), bytes.Length + RowSize);
    }

    /// <summary>Whether a row of this key is a part of another.</summary>
    public static bool IsPart(string rowKey) => rowKey.IndexOf(PartMark, StringComparison.Ordinal) > 0;

    /// <summary>Whether a row of this key is a part of that one, whichever write it is of.</summary>
    public static bool IsPartOf(string rowKey, string main) => rowKey.StartsWith(main + PartMark, StringComparison.Ordinal);

    /// <summary>What lies behind all parts of a row, and before most that is no part of it.</summary>
    public static string BehindPartsOf(string rowKey) => rowKey + (char)(PartMark[0] + 1);

    /// <summary>Whether a row is a part of another, or the partition's fence.</summary>
    public static bool IsAuxiliary(TableEntity row) => row.RowKey.Contains(PartMark, StringComparison.Ordinal);

    /// <summary>The position up to which a row holds every record.</summary>
    public static LogPosition AsOfOf(TableEntity row) => new(row.RequireInt64("Epoch"), row.RequireInt64("Position"));

    /// <summary>The keys of a row's parts, in order.</summary>
    public static IEnumerable<string> PartKeys(TableEntity row)
    {
        var stamp = Stamp(AsOfOf(row));
        return Enumerable.Range(0, row.GetInt32("Parts") ?? 0).Select(n => PartKey(row.RowKey, stamp, n));
    }

    /// <summary>Puts a row and its parts together.</summary>
    public static StoredRow From(TableEntity row, IEnumerable<TableEntity> parts)
    {
        var bytes = new MemoryStream();
        BinaryColumns.Read(row, bytes);
        foreach (var part in parts)
        {
            BinaryColumns.Read(part, bytes);
        }

        return new StoredRow
        {
            Key = row.RequireString("Key"),
            Kind = row.RequireString("Kind"),
            AsOf = AsOfOf(row),
            Bytes = row.GetBoolean("Compressed") is true ? Decompress(bytes) : bytes.ToArray(),
        };
    }

    /// <summary>The write that removes a row that is there, with its rough size.</summary>
    public static (TableTransactionAction Action, int Size) Removal(string partition, string rowKey) =>
        (new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, rowKey), ETag.All), RowSize);

    private static string Stamp(LogPosition at) => $"{LogPosition.PartitionKey(at.Epoch)}-{LogPosition.RowKey(at.Position)}";

    private static string PartKey(string rowKey, string stamp, int number) => $"{rowKey}{PartMark}{stamp}{PartMark}{number.ToString("D4", CultureInfo.InvariantCulture)}";

    private static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var target = new MemoryStream();
        using (var stream = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(bytes);
        }

        return target.ToArray();
    }

    private static byte[] Decompress(MemoryStream bytes)
    {
        bytes.Position = 0;
        using var target = new MemoryStream();
        using (var stream = new BrotliStream(bytes, CompressionMode.Decompress))
        {
            stream.CopyTo(target);
        }

        return target.ToArray();
    }
}
