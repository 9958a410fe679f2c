using Orchestrator.Tasks;

namespace Orchestrator.Stats;

/// <summary>The task that has been Queued for longest.</summary>
/// <param name="Since">When it became Queued, or was last changed while it was.</param>
public sealed record OldestQueued(TaskId Id, DateTimeOffset Since);

/// <summary>The Scheduled task whose time has been past for longest.</summary>
public sealed record OverdueTask(TaskId Id, DateTimeOffset DueAt);

/// <summary>What the tasks are that ended of late and are still stored.</summary>
/// <param name="Since">The beginning of a minute, 60 to 61 minutes ago.</param>
/// <param name="Until">When it was put together.</param>
/// <param name="ByState">How many ended in each terminal state.</param>
/// <param name="Wait">From submission to the beginning of the first attempt, of those that had one.</param>
/// <param name="Run">From the beginning of the first attempt to the end, of those that had one.</param>
public sealed record FinishedTasks(DateTimeOffset Since, DateTimeOffset Until, IReadOnlyDictionary<TaskState, long> ByState, DurationHistogram Wait, DurationHistogram Run);

/// <summary>How the tasks stand.</summary>
/// <param name="Counts">All of them; everything here is as of its <see cref="TaskCounts.AsOf"/> or later.</param>
/// <param name="LiveByType">Those that are not over, by task type.</param>
/// <param name="OldestQueued">Null: none is Queued.</param>
/// <param name="MostOverdue">Null: none that is Scheduled is past its time, as far as was looked.</param>
/// <param name="LastHour">Those that ended in the last hour.</param>
public sealed record TaskStatistics(
    TaskCounts Counts, IReadOnlyDictionary<string, long> LiveByType, OldestQueued? OldestQueued, OverdueTask? MostOverdue, FinishedTasks LastHour);

/// <summary>Says how the tasks of all processes stand.</summary>
public interface ITaskStatistics
{
    /// <summary>Looks at a bounded part of the store, and remembers the rest.</summary>
    Task<TaskStatistics> ReadAsync(CancellationToken cancellationToken);
}
