using System.Text.Json.Serialization;
using Orchestrator.Functions.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>A task as the API shows it in a list.</summary>
internal record TaskSummaryView
{
    /// <summary>The task's id, 26 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Name of its task type.</summary>
    public required string Type { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>Where it stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>0–9, higher first.</summary>
    public required int Priority { get; init; }

    /// <summary>In the order given.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Why it did not succeed, or why its last attempt failed.</summary>
    public required TaskError? Error { get; init; }

    /// <summary>Number of the latest attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>The agent of the latest attempt.</summary>
    public required string? Agent { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When its first attempt began, UTC.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The view of a task.</summary>
    public static TaskSummaryView Of(TaskRecord task) => new()
    {
        Id = task.Id.ToString(),
        Type = task.Type,
        Title = task.Title,
        State = task.State,
        Priority = task.Priority,
        Tags = task.Tags,
        Error = task.Error,
        Attempt = task.Attempt,
        Agent = task.Agent,
        CreatedAt = task.CreatedAt,
        UpdatedAt = task.UpdatedAt,
        StartedAt = task.StartedAt,
        FinishedAt = task.FinishedAt,
    };
}

/// <summary>A task as the API shows it by itself.</summary>
internal sealed record TaskView : TaskSummaryView
{
    private TaskView()
    {
    }
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Tasks">The tasks without input and output.</param>
/// <param name="ContinuationToken">For the next page; null on the last.</param>
internal sealed record TaskListView(IReadOnlyList<TaskSummaryView> Tasks, string? ContinuationToken);
