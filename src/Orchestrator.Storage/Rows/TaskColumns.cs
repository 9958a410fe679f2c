namespace Orchestrator.Storage.Rows;

/// <summary>Names of the columns of task rows and state index rows.</summary>
internal static class TaskColumns
{
    public const string Schema = "Schema";
    public const string Id = "Id";
    public const string Type = "Type";
    public const string TypeVersion = "TypeVersion";
    public const string Title = "Title";
    public const string State = "State";
    public const string Priority = "Priority";
    public const string Tags = "Tags";
    public const string Parent = "Parent";
    public const string Correlation = "Correlation";
    public const string IdempotencyKey = "IdempotencyKey";
    public const string Input = "Input";
    public const string InputChunks = "InputChunks";
    public const string InputHash = "InputHash";
    public const string Output = "Output";
    public const string OutputChunks = "OutputChunks";
    public const string OutputHash = "OutputHash";
    public const string ErrorCode = "ErrorCode";
    public const string ErrorMessage = "ErrorMessage";
    public const string Retry = "Retry";
    public const string AttemptTimeLimit = "AttemptTimeLimit";
    public const string Attempt = "Attempt";
    public const string LeaseEpoch = "LeaseEpoch";
    public const string LeaseHolder = "LeaseHolder";
    public const string LeaseDuration = "LeaseDuration";
    public const string Agent = "Agent";
    public const string CancelRequested = "CancelRequested";
    public const string LeaseDeadline = "LeaseDeadline";
    public const string LeaseIsPending = "LeaseIsPending";
    public const string HeartbeatTimeout = "HeartbeatTimeout";
    public const string ExpiresAt = "ExpiresAt";
    public const string FinishBy = "FinishBy";
    public const string Name = "Name";
    public const string IdempotencyScope = "IdempotencyScope";
    public const string TraceParent = "TraceParent";
    public const string SubmittedBy = "SubmittedBy";
    public const string RerunOf = "RerunOf";
    public const string DependsOn = "DependsOn";
    public const string DependencyCondition = "DependencyCondition";
    public const string WaitingFor = "WaitingFor";
    public const string HasDependents = "HasDependents";
    public const string CallbackUrl = "CallbackUrl";
    public const string CallbackState = "CallbackState";
    public const string PauseRequested = "PauseRequested";
    public const string Slots = "Slots";
    public const string DueAt = "DueAt";
    public const string LastEvent = "LastEvent";
    public const string Unstarted = "Unstarted";
    public const string UpdatedAt = "UpdatedAt";
    public const string StartedAt = "StartedAt";
    public const string FinishedAt = "FinishedAt";

    /// <summary>What a list shows of a task; the state index row holds these, so that a page of one state is one query.</summary>
    public static readonly IReadOnlyList<string> Listed =
    [
        Schema, Id, Type, TypeVersion, Title, State, Priority, Tags, ErrorCode, ErrorMessage, Attempt, Agent, CancelRequested, DueAt, LastEvent, UpdatedAt, StartedAt, FinishedAt,
        Name, Parent, Correlation, Unstarted,
    ];
}
