namespace Orchestrator.Tasks;

/// <summary>Keeps what attempts say while they go on. These rows are the attempt's own: they never get in the way of the task row.</summary>
public interface IAttemptStore
{
    /// <summary>Replaces the report of a task's attempt.</summary>
    Task ReportAsync(TaskId task, AttemptReport report, CancellationToken cancellationToken);

    /// <summary>The latest report of a task's latest attempt that made one; null when there is none.</summary>
    Task<StoredReport?> GetReportAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>Adds lines to an attempt's log; the same part again changes nothing.</summary>
    /// <param name="log">At most what <see cref="TaskLimits.LogCharacters"/> allows.</param>
    /// <returns>False when there is another such part already, or the task is gone with all of its time: then nothing was added.</returns>
    Task<bool> AddLogAsync(TaskId task, AttemptLog log, CancellationToken cancellationToken);

    /// <summary>The log of an attempt in order, all its epochs.</summary>
    Task<IReadOnlyList<AttemptLogLine>> GetLogAsync(TaskId task, int attempt, CancellationToken cancellationToken);
}
