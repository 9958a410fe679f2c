namespace Orchestrator.Tasks;

/// <summary>How many tasks there are.</summary>
/// <param name="ByState">States that have tasks.</param>
/// <param name="ByType">Names of task types that have tasks.</param>
/// <param name="AsOf">Every task counted was counted at this time or later.</param>
/// <param name="IsPartial">Whether there are tasks that were not counted yet; the next calls go on with them.</param>
public sealed record TaskCounts(IReadOnlyDictionary<TaskState, long> ByState, IReadOnlyDictionary<string, long> ByType, DateTimeOffset AsOf, bool IsPartial)
{
    /// <summary>All tasks.</summary>
    public long Total => ByState.Values.Sum();
}
