using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>How many tasks a segment has, as a row, and what of them ended of late.</summary>
internal static class CountRow
{
    /// <summary>Column of the last minute since 1970 in which a task of the segment ended; rows of releases up to 3 have none.</summary>
    public const string LastFinish = "LastFinish";

    private const string IsWithdrawnColumn = "Withdrawn";
    private const string States = "States";
    private const string Types = "Types";
    private const string Finishes = "Finishes";
    private const int FinishParts = 8;

    /// <summary>What a count needs.</summary>
    public static readonly IReadOnlyList<string> CountColumns = ["RowKey", "Timestamp", States, Types, LastFinish, IsWithdrawnColumn];

    /// <summary>What is needed of what ended of late.</summary>
    public static readonly IReadOnlyList<string> FinishColumns = ["RowKey", .. Enumerable.Range(0, FinishParts).Select(part => Finishes + part)];

    /// <summary>The row; null when there is so much to say that it does not hold it: then it is counted anew.</summary>
    public static TableEntity? Create(int shard, long from, Tally tally, FinishDigest finishes)
    {
        var types = JsonSerializer.Serialize(tally.ByType);
        var parts = TextColumns.Split(finishes.Write()).ToList();
        if (types.Length > RowLimits.StringCharacters || parts.Count > FinishParts)
            return null;

        var row = new TableEntity(CountKeys.Partition, CountKeys.Row(shard, from))
        {
            [TaskColumns.Schema] = 1,
            [States] = JsonSerializer.Serialize(tally.ByState.ToDictionary(entry => entry.Key.ToString(), entry => entry.Value)),
            [Types] = types,
            [LastFinish] = finishes.LastMinute ?? 0,
        };
        foreach (var (index, part) in parts.Index())
            row[Finishes + index] = part;
        return row;
    }

    /// <summary>
    /// What stands in place of a count that is not true any more: a count that began before cannot come after it, as it replaces only what stood
    /// there when it began. Releases up to 3 take it for a count of nothing after an hour, until they verify and repair.
    /// </summary>
    public static TableEntity Withdrawn(int shard, long from) => new(CountKeys.Partition, CountKeys.Row(shard, from))
    {
        [TaskColumns.Schema] = 1,
        [States] = "{}",
        [Types] = "{}",
        [IsWithdrawnColumn] = true,
    };

    /// <summary>Whether the row holds no count, but the place of one.</summary>
    public static bool IsWithdrawn(TableEntity row) => row.GetBoolean(IsWithdrawnColumn) == true;

    public static Tally Read(TableEntity row) => new(
        JsonSerializer.Deserialize<Dictionary<string, long>>(row.RequireText(States))!.ToDictionary(entry => Enum.Parse<TaskState>(entry.Key), entry => entry.Value),
        JsonSerializer.Deserialize<Dictionary<string, long>>(row.RequireText(Types))!);

    public static FinishDigest ReadFinishes(TableEntity row) =>
        FinishDigest.Read(string.Concat(Enumerable.Range(0, FinishParts).Select(part => row.GetString(Finishes + part))));

    /// <summary>Whether its segment's ends of late are told, or surely none; an older release did not tell.</summary>
    /// <param name="first">The first minute that counts as of late.</param>
    public static bool TellsFinishes(TableEntity row, long first) => row.GetInt64(LastFinish) is not null || row.Timestamp < FinishDigest.TimeOf(first);
}
