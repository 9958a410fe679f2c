using Orchestrator.Tasks;

namespace Orchestrator.Recovery;

/// <summary>Finds tasks of which something may have got lost. Remembers which parts of the store have none that could.</summary>
public interface ITasksUnderWay
{
    /// <summary>
    /// Tasks that are not over, or have something left to be done, as the index by state shows them: without payloads, lease and dependencies. A call
    /// looks at a bounded part of the store; later calls look at the rest, and again at the same. What a call had no room for comes before what was already given out.
    /// </summary>
    /// <param name="most">Most tasks to be given out.</param>
    /// <param name="isWanted">Which of the tasks are.</param>
    Task<TasksUnderWayPage> ListNextAsync(int most, Func<TaskRecord, bool> isWanted, CancellationToken cancellationToken);

    /// <summary>A task as the index by state would show it; null when there is none.</summary>
    Task<TaskRecord?> FindAsync(TaskId task, CancellationToken cancellationToken);
}

/// <summary>Tasks of a part of the store.</summary>
/// <param name="Tasks">Those wanted.</param>
/// <param name="IsEnd">Whether all parts of the store have been looked at that were due by then: false while there is one that had not its turn, though no task may be wanted of it.</param>
/// <param name="HasSeenAll">Whether each part has been looked at once, by this call or an earlier one of this process; so it is at an end, and may be before where much is due again.</param>
public sealed record TasksUnderWayPage(IReadOnlyList<TaskRecord> Tasks, bool IsEnd, bool HasSeenAll);

/// <summary>Removes parts of payloads that were written for a transaction that never came.</summary>
public interface IPayloadOrphans
{
    /// <summary>Looks at a bounded part of the store, and removes what no task names; answers how many rows. Later calls look at the rest.</summary>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
