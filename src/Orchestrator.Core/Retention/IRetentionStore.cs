using Orchestrator.Tasks;

namespace Orchestrator.Retention;

/// <summary>A stretch of time whose tasks lie together. Opaque outside the store.</summary>
/// <param name="Day">UTC day of its tasks.</param>
/// <param name="Key">Names it.</param>
public sealed record RetentionSegment(DateOnly Day, string Key);

/// <summary>What is over its time.</summary>
/// <param name="Days">Days of which every task is, the oldest first.</param>
/// <param name="Segments">Stretches of other days in which some task is, the oldest first.</param>
/// <param name="IsWhole">Whether all was looked at that had to be; else the next plan goes on.</param>
public sealed record RetentionPlan(IReadOnlyList<DateOnly> Days, IReadOnlyList<RetentionSegment> Segments, bool IsWhole);

/// <summary>
/// Finds the tasks that are over their time and removes them. It remembers between runs what it has seen, so that a run costs by what it finds and not
/// by what there is. Every method can be broken off anywhere and called again; calls must not overlap in a process.
/// </summary>
public interface IRetentionStore
{
    /// <summary>What is over its time now. Looks at a bounded part of the store; later calls look at the rest.</summary>
    Task<RetentionPlan> PlanAsync(RetentionRules rules, CancellationToken cancellationToken);

    /// <summary>The tasks of a stretch that are over their time and that nothing keeps from being removed; without input and output.</summary>
    Task<IReadOnlyList<TaskRecord>> ListDueAsync(RetentionSegment segment, RetentionRules rules, CancellationToken cancellationToken);

    /// <summary>Removes tasks of a stretch with all that belongs to them. One that was written meanwhile stays for the next time.</summary>
    /// <returns>Those that are gone.</returns>
    Task<IReadOnlyList<TaskId>> RemoveAsync(RetentionSegment segment, IReadOnlyList<TaskRecord> tasks, CancellationToken cancellationToken);

    /// <summary>The stretches of a day of whose tasks something may still lie outside the day's tables.</summary>
    Task<IReadOnlyList<RetentionSegment>> ListToReleaseAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Removes what lies of a stretch's tasks outside the tables of their day.</summary>
    /// <param name="tasks">All of them.</param>
    Task ReleaseAsync(RetentionSegment segment, IReadOnlyList<TaskRecord> tasks, CancellationToken cancellationToken);

    /// <summary>Looks at a stretch again before anything of it is dropped: all its tasks; null when one of them is to be kept.</summary>
    Task<IReadOnlyList<TaskRecord>?> ListAllDueAsync(RetentionSegment segment, RetentionRules rules, CancellationToken cancellationToken);

    /// <summary>Says that a day cannot be dropped now though all its tasks are over their time: for an hour, plans name its stretches instead.</summary>
    void PutOff(DateOnly day);

    /// <summary>Drops the tables of a day, and what says that it has tasks. All its stretches are released before.</summary>
    /// <returns>False when a task has come into one of them since: then the day stays.</returns>
    Task<bool> DropAsync(DateOnly day, CancellationToken cancellationToken);
}
