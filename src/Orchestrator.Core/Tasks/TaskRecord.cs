namespace Orchestrator.Tasks;

/// <summary>A task as its row has it: the authority on the task. Changed only by <see cref="TaskDecisions"/>.</summary>
public sealed record TaskRecord
{
    /// <summary>The task's id.</summary>
    public required TaskId Id { get; init; }

    /// <summary>Name of its task type.</summary>
    public required string Type { get; init; }

    /// <summary>Version of the task type when it was submitted.</summary>
    public int TypeVersion { get; init; } = 1;

    /// <summary>What people call it, 0–200 characters.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>0–9, higher first.</summary>
    public int Priority { get; init; } = TaskLimits.DefaultPriority;

    /// <summary>At most 20 different tags, in the order given.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Id of the task it is a part of; null: of none.</summary>
    public string? Parent { get; init; }

    /// <summary>What its submitter knows it by together with other tasks; null: nothing.</summary>
    public string? Correlation { get; init; }

    /// <summary>JSON text of the input; null when it was not asked for.</summary>
    public string? Input { get; init; }

    /// <summary>JSON text of the output; null until it has succeeded, and when it was not asked for.</summary>
    public string? Output { get; init; }

    /// <summary>Why it ended without success, or why its last attempt failed.</summary>
    public TaskError? Error { get; init; }

    /// <summary>Retries, as they were when it was submitted.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Longest time of an attempt, as it was when it was submitted.</summary>
    public TimeSpan AttemptTimeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>An attempt without a sign of life for so long has failed, as it was when it was submitted; null: none is expected.</summary>
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>A task whose first attempt has not begun by then is Expired; null: it waits for ever.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A task that is not over by then is Expired; null: no limit.</summary>
    public DateTimeOffset? FinishBy { get; init; }

    /// <summary>What its submitter calls it, 1–200 characters; no other task has the name. Null: it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The key it was submitted with; null: none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Where the key is unique; empty: everywhere.</summary>
    public string IdempotencyScope { get; init; } = "";

    /// <summary>The W3C trace context (traceparent) that it was submitted under; null: none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>
    /// Who or what submitted it, as the audit names actors (<c>key:{id}</c>, <c>configured:{holder}</c>, <c>entra:{object id}</c>, <c>local</c>), or <c>queue:{name}</c>,
    /// <c>dead-letter:{id}</c>, <c>task:{id}</c>; null: it is not known.
    /// </summary>
    public string? SubmittedBy { get; init; }

    /// <summary>Id of the task that it does again; null: of none.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The tasks that it depends on; null: on none.</summary>
    public TaskDependencies? DependsOn { get; init; }

    /// <summary>Those of them that are not known to be over.</summary>
    public IReadOnlyList<TaskId> WaitingFor { get; init; } = [];

    /// <summary>Whether other tasks may depend on it.</summary>
    public bool HasDependents { get; init; }

    /// <summary>Where its end is called back; null: nowhere.</summary>
    public TaskCallback? Callback { get; init; }

    /// <summary>Number of the latest attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>Epoch of the latest claim; 0 before the first.</summary>
    public long LeaseEpoch { get; init; }

    /// <summary>The attempt under way; set exactly while <see cref="TaskState.Running"/>.</summary>
    public AttemptLease? Lease { get; init; }

    /// <summary>The limiters of which the latest attempt has, or had, a slot.</summary>
    public IReadOnlyList<string> Slots { get; init; } = [];

    /// <summary>Name of the agent of the latest attempt.</summary>
    public string? Agent { get; init; }

    /// <summary>Set when somebody asked to stop it while an attempt was under way.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Set when somebody asked to hold it back while an attempt was under way.</summary>
    public bool PauseRequested { get; init; }

    /// <summary>No attempt begins before; null: at any time.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Number of its latest event.</summary>
    public int LastEvent { get; init; }

    /// <summary>Whether its orchestration may still have to be started, or woken, to look at it.</summary>
    public bool Unstarted { get; init; }

    /// <summary>Whether something is to be done once it is over: others to be told.</summary>
    public bool HasFollowUps => HasDependents || Callback is { State: CallbackState.Pending };

    /// <summary>When its time is up if nothing happens before; null: never.</summary>
    public DateTimeOffset? TimeIsUpAt => StartedAt is null && ExpiresAt is { } expires && !(FinishBy < expires) ? expires : FinishBy;

    /// <summary>When it was submitted.</summary>
    public DateTimeOffset CreatedAt => Id.CreatedAt;

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When its first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
