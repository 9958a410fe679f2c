using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>
/// A payload too long for a column, as rows of 64 KiB of UTF-8 each. They are written before the row that names them, under
/// a key with the payload's hash: so whoever writes the same payload writes the same rows, and those of another (a second
/// delivery's output, a second submitter's input) never mix with them.
/// </summary>
/// <param name="Hash">Sixteen hexadecimal digits of the payload's SHA-256.</param>
internal sealed record PayloadChunks(byte[] Utf8, string Hash)
{
    public const char Input = 'i';
    public const char Output = 'o';

    /// <summary>Longest payload that stands in the task row itself, in characters.</summary>
    public const int InlineCharacters = RowLimits.StringCharacters;

    /// <summary>Chunks in a transaction: in base 64 they stay well under its 4 MiB.</summary>
    private const int RowsPerGroup = 40;

    private const string Bytes = "Bytes";

    /// <summary>Number of chunk rows.</summary>
    public int Count => (Utf8.Length + RowLimits.BinaryBytes - 1) / RowLimits.BinaryBytes;

    /// <summary>The chunks of a payload; null when it stands in the task row.</summary>
    public static PayloadChunks? Of(string? payload)
    {
        if (payload is null || payload.Length <= InlineCharacters)
            return null;

        var utf8 = Encoding.UTF8.GetBytes(payload);
        return new PayloadChunks(utf8, Convert.ToHexStringLower(SHA256.HashData(utf8).AsSpan(0, 8)));
    }

    /// <summary>The chunk rows, as what is to be written together.</summary>
    public IEnumerable<RowGroup> Groups(string table, TaskId id, char kind)
    {
        var partition = TaskKeys.Partition(id.Shard);
        return Utf8.Chunk(RowLimits.BinaryBytes)
            .Select((chunk, index) => RowOperation.Upsert(new TableEntity(partition, TaskKeys.Chunk(id, kind, Hash, index))
            {
                [TaskColumns.Schema] = TaskRow.SchemaVersion,
                [Bytes] = chunk,
            }))
            .Chunk(RowsPerGroup)
            .Select(operations => new RowGroup(table, partition, operations, 0));
    }

    /// <summary>Puts the chunks, in the order of their keys, together again.</summary>
    public static string Join(IEnumerable<TableEntity> rows) => Encoding.UTF8.GetString([.. rows.SelectMany(row => row.GetBinary(Bytes)!)]);
}
