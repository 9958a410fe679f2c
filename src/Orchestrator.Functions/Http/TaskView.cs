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
    /// <summary>The view of a task.</summary>
    public static TaskView Of(TaskRecord task) => new(
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
        task.FinishedAt?.UtcDateTime);
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
    DateTime? FinishedAt)
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
        task.FinishedAt?.UtcDateTime);
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="ContinuationToken">For the next page; null on the last.</param>
internal sealed record TaskListView(IReadOnlyList<TaskSummaryView> Tasks, string? ContinuationToken);
