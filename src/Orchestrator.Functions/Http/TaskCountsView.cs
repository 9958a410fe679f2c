using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>How many tasks there are.</summary>
/// <param name="Total">All of them.</param>
/// <param name="ByState">States that have tasks.</param>
/// <param name="ByType">Task types that have tasks.</param>
/// <param name="AsOf">Every task counted was counted at this time or later, UTC.</param>
/// <param name="IsPartial">Whether there are tasks that were not counted yet; the next calls go on with them.</param>
internal sealed record TaskCountsView(
    long Total, IReadOnlyDictionary<string, long> ByState, IReadOnlyDictionary<string, long> ByType, DateTime AsOf, bool IsPartial)
{
    public static TaskCountsView Of(TaskCounts counts) => new(
        counts.Total,
        counts.ByState.OrderBy(state => state.Key).ToDictionary(state => state.Key.ToString(), state => state.Value, StringComparer.Ordinal),
        counts.ByType.OrderBy(type => type.Key, StringComparer.Ordinal).ToDictionary(type => type.Key, type => type.Value, StringComparer.Ordinal),
        counts.AsOf.UtcDateTime,
        counts.IsPartial);
}
