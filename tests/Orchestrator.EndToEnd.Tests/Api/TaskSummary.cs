using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Api;

/// <summary>A task as the list shows it: the part of it that tests look at.</summary>
internal sealed record TaskSummary(string Id, string Title, string State)
{
    public bool IsOver => State is "Succeeded" or "Failed" or "Cancelled" or "Expired";

    public static TaskSummary Of(JsonElement task) =>
        new(task.GetProperty("id").GetString()!, task.GetProperty("title").GetString()!, task.GetProperty("state").GetString()!);
}

/// <summary>One page of the list.</summary>
internal sealed record TaskPage(IReadOnlyList<TaskSummary> Tasks, string? ContinuationToken);

/// <summary>One entry of a task's history.</summary>
internal sealed record HistoryEntry(int Number, string Type, int? Attempt);
