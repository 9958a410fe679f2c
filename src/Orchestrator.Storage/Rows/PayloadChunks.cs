using System.Text;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>Inputs and outputs too long for a column, as rows of 64 KiB of UTF-8 each.</summary>
internal static class PayloadChunks
{
    public const char Input = 'i';
    public const char Output = 'o';
    private const string Bytes = "Bytes";

    /// <summary>Longest payload that stands in the task row itself, in characters.</summary>
    public const int InlineCharacters = RowLimits.StringCharacters;

    /// <summary>Number of chunk rows that a payload takes; 0: it stands in the task row.</summary>
    public static int Count(string? payload) =>
        payload is null || payload.Length <= InlineCharacters ? 0 : (Encoding.UTF8.GetByteCount(payload) + RowLimits.BinaryBytes - 1) / RowLimits.BinaryBytes;

    /// <summary>The chunk rows of a payload; none when it stands in the task row.</summary>
    public static IEnumerable<TableEntity> Rows(TaskId id, char kind, string? payload)
    {
        if (Count(payload) == 0)
            return [];

        return Encoding.UTF8.GetBytes(payload!).Chunk(RowLimits.BinaryBytes).Select((chunk, index) => new TableEntity(TaskKeys.Partition(id.Shard), TaskKeys.Chunk(id, kind, index))
        {
            [TaskColumns.Schema] = TaskRow.SchemaVersion,
            [Bytes] = chunk,
        });
    }

    /// <summary>Puts the chunks, in the order of their keys, together again.</summary>
    public static string Join(IEnumerable<TableEntity> rows) => Encoding.UTF8.GetString([.. rows.SelectMany(row => row.GetBinary(Bytes)!)]);
}
