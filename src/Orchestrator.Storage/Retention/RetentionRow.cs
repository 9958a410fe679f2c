using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Orchestrator.Retention;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;

namespace Orchestrator.Storage.Retention;

/// <summary>What a look at a segment has shown, as a row beside those that say which segments there are.</summary>
internal static class RetentionRow
{
    public const string Partition = "retention";

    private const string LookedAt = "LookedAt";
    private const string IsSettled = "IsSettled";
    private const string IsReleased = "IsReleased";
    private const string Ended = "Ended";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static string Key(Segment segment) => CountKeys.Row(segment.Shard, segment.From);

    /// <summary>The whole row.</summary>
    public static TableEntity Create(Segment segment, SegmentContent content)
    {
        var row = new TableEntity(Partition, Key(segment))
        {
            [TaskColumns.Schema] = 1,
            [LookedAt] = content.LookedAt,
            [IsSettled] = content.IsSettled,
        };
        foreach (var (index, part) in TextColumns.Split(JsonSerializer.Serialize(content.Ended, Json)).Index())
            row[Ended + index] = part;
        return row;
    }

    /// <summary>What is merged into the row once nothing of the segment's tasks lies elsewhere any more.</summary>
    public static TableEntity Released(Segment segment) => new(Partition, Key(segment)) { [IsReleased] = true };

    public static KnownSegment Read(TableEntity row)
    {
        var text = string.Concat(Enumerable.Range(0, int.MaxValue).Select(index => row.GetString(Ended + index)).TakeWhile(part => part is not null));
        var content = new SegmentContent(row.RequireTime(LookedAt), row.GetBoolean(IsSettled) ?? false, JsonSerializer.Deserialize<EndedTasks[]>(text, Json)!);
        return new KnownSegment(content, row.GetBoolean(IsReleased) ?? false);
    }
}
