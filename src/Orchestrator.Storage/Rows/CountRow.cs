using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Rows;

/// <summary>How many tasks a segment has, as a row.</summary>
internal static class CountRow
{
    private const string States = "States";
    private const string Types = "Types";

    /// <summary>The row; null when there are so many types that a column does not hold them: then they are counted anew.</summary>
    public static TableEntity? Create(int shard, long from, Tally tally)
    {
        var types = JsonSerializer.Serialize(tally.ByType);
        return types.Length > RowLimits.StringCharacters
            ? null
            : new TableEntity(CountKeys.Partition, CountKeys.Row(shard, from))
            {
                [TaskColumns.Schema] = 1,
                [States] = JsonSerializer.Serialize(tally.ByState.ToDictionary(entry => entry.Key.ToString(), entry => entry.Value)),
                [Types] = types,
            };
    }

    public static Tally Read(TableEntity row) => new(
        JsonSerializer.Deserialize<Dictionary<string, long>>(row.RequireText(States))!.ToDictionary(entry => Enum.Parse<TaskState>(entry.Key), entry => entry.Value),
        JsonSerializer.Deserialize<Dictionary<string, long>>(row.RequireText(Types))!);
}
