namespace Orchestrator.Tasks;

/// <summary>What submitting came to.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>The task is stored, and new.</summary>
    public sealed record Created(StoredTask Task) : SubmitOutcome;

    /// <summary>The same submission with the same key had been stored before.</summary>
    public sealed record Existing(StoredTask Task) : SubmitOutcome;

    /// <summary>The key belongs to another submission; nothing was written.</summary>
    public sealed record KeyConflict(TaskId ExistingTask) : SubmitOutcome;

    /// <summary>Another task has the name; nothing was written.</summary>
    public sealed record NameTaken(TaskId ExistingTask) : SubmitOutcome;
}

/// <summary>What writing a change came to.</summary>
public abstract record ApplyOutcome
{
    private ApplyOutcome()
    {
    }

    /// <summary>It is written.</summary>
    public sealed record Applied(StoredTask Task) : ApplyOutcome;

    /// <summary>Somebody else was faster, or the task is gone: nothing was written. Read again and decide again.</summary>
    public sealed record Conflict : ApplyOutcome;
}

/// <summary>What deleting came to.</summary>
public abstract record DeleteOutcome
{
    private DeleteOutcome()
    {
    }

    /// <summary>Nothing is left of the task.</summary>
    public sealed record Deleted : DeleteOutcome;

    /// <summary>There is no such task, or not any more.</summary>
    public sealed record NotFound : DeleteOutcome;

    /// <summary>The task is not over; nothing was deleted.</summary>
    public sealed record NotFinished(TaskRecord Task) : DeleteOutcome;
}

/// <summary>
/// Keeps tasks and their histories. Conflict, duplicate and absence are values; what throws is a storage that does not
/// work (<see cref="Errors.StorageUnavailableException"/>) or a value that is too large (<see cref="Errors.PayloadTooLargeException"/>).
/// </summary>
public interface ITaskStore
{
    /// <summary>Stores a new task, its first event and its indexes, or finds the one that its key stands for.</summary>
    Task<SubmitOutcome> SubmitAsync(TaskSubmission submission, CancellationToken cancellationToken);

    /// <summary>The task that the submission's idempotency key stands for, which need not be there yet; null when it stands for none, or there is no key.</summary>
    Task<TaskId?> FindKeyAsync(TaskSubmission submission, CancellationToken cancellationToken);

    /// <summary>Reads a task with input and output; null when there is none.</summary>
    Task<StoredTask?> GetAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>The task that has a name; null when none has.</summary>
    Task<TaskId?> FindNameAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// The same, but may answer from what this process wrote last (then <see cref="StoredTask.Age"/> is null): good
    /// enough to decide a change on, as a change of an outdated task is a conflict.
    /// </summary>
    Task<StoredTask?> GetRecentAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>The task's events after number <paramref name="after"/> in order. A task has at least one event, so none after 0 means that there is no such task.</summary>
    Task<IReadOnlyList<TaskEvent>> GetEventsAsync(TaskId id, int after, CancellationToken cancellationToken);

    /// <summary>Reads a page of tasks.</summary>
    Task<TaskListing> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Writes a decided change: task row, events and indexes in one transaction, if the task still has the version it was decided on.</summary>
    /// <param name="current">What the change was decided on.</param>
    Task<ApplyOutcome> ApplyAsync(StoredTask current, TaskChange change, CancellationToken cancellationToken);

    /// <summary>Tasks submitted before <paramref name="before"/> whose orchestration may not have been started, oldest first; at most <paramref name="limit"/>. A call looks at a bounded part of the store; later calls look at the rest.</summary>
    Task<IReadOnlyList<TaskId>> ListUnstartedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes a task that is over, with all that belongs to it. Broken off anywhere, it can be called again.</summary>
    Task<DeleteOutcome> DeleteAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>Counts tasks by state and by type. A call looks at a bounded part of the store and remembers what cannot change any more.</summary>
    Task<TaskCounts> CountAsync(CancellationToken cancellationToken);
}
