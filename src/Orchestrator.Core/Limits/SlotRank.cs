using Orchestrator.Tasks;

namespace Orchestrator.Limits;

/// <summary>
/// The order in which waiting tasks get slots: by priority, then by age, and in the long run by age alone. A level of priority counts as much as
/// <see cref="AgeingStep"/> of waiting, so that nobody waits for ever behind newer tasks of a higher priority, and so that the order of two tasks
/// never changes while they wait.
/// </summary>
public static class SlotRank
{
    /// <summary>Waiting for so long counts as much as one level of priority.</summary>
    public static readonly TimeSpan AgeingStep = TimeSpan.FromMinutes(10);

    /// <summary>The rank of a task that could have begun at <paramref name="readyAt"/>; lower goes first.</summary>
    public static long Of(int priority, DateTimeOffset readyAt) => readyAt.UtcTicks - (priority * AgeingStep.Ticks);

    /// <summary>The rank of a task that is ready.</summary>
    public static long Of(TaskRecord task) => Of(task.Priority, task.DueAt > task.UpdatedAt ? task.DueAt.Value : task.UpdatedAt);
}
