using System.Text.Json;

namespace Orchestrator.Cli.Api;

/// <summary>A task as the API shows it: the part of it that the command uses.</summary>
internal sealed record TaskView
{
    public required string Id { get; init; }
    public required string Type { get; init; }
    public string? Title { get; init; }
    public required TaskState State { get; init; }
    public JsonElement? Output { get; init; }
    public TaskError? Error { get; init; }
    public int Attempt { get; init; }
    public string? Agent { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>Why a task did not succeed.</summary>
internal sealed record TaskError(string Code, string Message);
