using Orchestrator.Functions.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>A task as the API shows it by itself.</summary>
/// <param name="Id">26 characters.</param>
/// <param name="Type">Name of its task type.</param>
/// <param name="Title">What people call it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Priority">0–9, higher first.</param>
/// <param name="Tags">In the order given.</param>
/// <param name="Input">As it was given.</param>
/// <param name="Output">The result; null until it has succeeded.</param>
/// <param name="Error">Why it did not succeed, or why its last attempt failed.</param>
/// <param name="Attempt">Number of the latest attempt; 0 before the first.</param>
/// <param name="Agent">The agent of the latest attempt.</param>
/// <param name="CreatedAt">When it was submitted, UTC.</param>
/// <param name="UpdatedAt">When it last changed, UTC.</param>
/// <param name="StartedAt">When its first attempt began, UTC.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
internal sealed record TaskView(
    string Id,
    string Type,
    string Title,
    TaskState State,
    int Priority,
    IReadOnlyList<string> Tags,
    RawJson Input,
    RawJson Output,
    TaskError? Error,
    int Attempt,
    string? Agent,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime? StartedAt,
    DateTime? FinishedAt)
{
    /// <summary>Version of the task type when it was submitted.</summary>
    public int TypeVersion { get; init; }

    /// <summary>What its submitter calls it.</summary>
    public string? Name { get; init; }

    /// <summary>Id of the task it is part of.</summary>
    public string? Parent { get; init; }

    /// <summary>What its submitter relates it to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Who or what submitted it; null when it is not known.</summary>
    public string? SubmittedBy { get; init; }

    /// <summary>Id of the task that it does again.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The tasks that it depends on.</summary>
    public DependenciesView? DependsOn { get; init; }

    /// <summary>Where its end is called back, and whether it has been.</summary>
    public TaskCallback? Callback { get; init; }

    /// <summary>Whether somebody has asked to cancel it while an attempt was under way.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Whether somebody has asked to hold it back while an attempt was under way.</summary>
    public bool PauseRequested { get; init; }

    /// <summary>No attempt begins before, UTC.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>It is Expired if its first attempt has not begun by then, UTC.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>It is Expired if it is not over by then, UTC.</summary>
    public DateTime? FinishBy { get; init; }

    /// <summary>How far its attempt is; null when it has not said.</summary>
    public ProgressView? Progress { get; init; }

    /// <summary>The view of a task.</summary>
    /// <param name="report">What its attempt has said.</param>
    public static TaskView Of(TaskRecord task, AttemptReport? report = null) => new(
        task.Id.ToString(),
        task.Type,
        task.Title,
        task.State,
        task.Priority,
        task.Tags,
        new RawJson(task.Input),
        new RawJson(task.Output),
        task.Error,
        task.Attempt,
        task.Agent,
        task.CreatedAt.UtcDateTime,
        task.UpdatedAt.UtcDateTime,
        task.StartedAt?.UtcDateTime,
        task.FinishedAt?.UtcDateTime)
    {
        TypeVersion = task.TypeVersion,
        Name = task.Name,
        Parent = task.Parent,
        CorrelationId = task.Correlation,
        SubmittedBy = task.SubmittedBy,
        RerunOf = task.RerunOf,
        DependsOn = task.DependsOn is { } dependencies ? DependenciesView.Of(dependencies, task.WaitingFor) : null,
        Callback = task.Callback,
        CancelRequested = task.CancelRequested,
        PauseRequested = task.PauseRequested,
        DueAt = task.DueAt?.UtcDateTime,
        ExpiresAt = task.ExpiresAt?.UtcDateTime,
        FinishBy = task.FinishBy?.UtcDateTime,
        Progress = report is not null && report.Attempt == task.Attempt ? ProgressView.Of(report) : null,
    };
}

/// <summary>The tasks that a task depends on.</summary>
/// <param name="WaitingFor">Those of them that are not known to be over.</param>
internal sealed record DependenciesView(IReadOnlyList<string> Tasks, DependencyCondition Condition, IReadOnlyList<string> WaitingFor)
{
    public static DependenciesView Of(TaskDependencies dependencies, IReadOnlyList<TaskId> waitingFor) =>
        new([.. dependencies.Tasks.Select(id => id.ToString())], dependencies.Condition, [.. waitingFor.Select(id => id.ToString())]);
}


/// <summary>A task as the API shows it in a list: a <see cref="TaskView"/> without input and output.</summary>
internal sealed record TaskSummaryView(
    string Id,
    string Type,
    string Title,
    TaskState State,
    int Priority,
    IReadOnlyList<string> Tags,
    TaskError? Error,
    int Attempt,
    string? Agent,
    DateTime CreatedAt,
    DateTime UpdatedAt,
    DateTime? StartedAt,
    DateTime? FinishedAt,
    string? Name,
    string? Parent,
    string? CorrelationId)
{
    /// <summary>The view of a task.</summary>
    public static TaskSummaryView Of(TaskRecord task) => new(
        task.Id.ToString(),
        task.Type,
        task.Title,
        task.State,
        task.Priority,
        task.Tags,
        task.Error,
        task.Attempt,
        task.Agent,
        task.CreatedAt.UtcDateTime,
        task.UpdatedAt.UtcDateTime,
        task.StartedAt?.UtcDateTime,
        task.FinishedAt?.UtcDateTime,
        task.Name,
        task.Parent,
        task.Correlation);
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="ContinuationToken">For the next page; null on the last.</param>
internal sealed record TaskListView(IReadOnlyList<TaskSummaryView> Tasks, string? ContinuationToken);
