namespace Orchestrator.Tasks;

/// <summary>
/// Alarm clock of tasks that wait for long: instead of an orchestration that sleeps, a row says when one is to be started. A row too many does no
/// harm, as the task itself says whether its time has come.
/// </summary>
public interface ITaskWakes
{
    /// <summary>Has the task's orchestration started at <paramref name="at"/>; harmless when repeated.</summary>
    Task AddAsync(TaskId task, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The wakes due by <paramref name="until"/>, earliest first; at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<TaskWake>> ListDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Takes a wake off once it has been seen to; no matter whether it is there.</summary>
    Task RemoveAsync(TaskWake wake, CancellationToken cancellationToken);
}

/// <summary>A time at which a task is to be looked at.</summary>
public sealed record TaskWake(TaskId Task, DateTimeOffset At);
