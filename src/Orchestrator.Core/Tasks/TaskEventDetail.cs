using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>The details of events, as JSON objects in camelCase.</summary>
internal static class TaskEventDetail
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static JsonElement Of(TaskError error) =>
        JsonSerializer.SerializeToElement(new { error.Code, error.Message }, Options);

    public static JsonElement Of(TaskError error, int nextAttempt, DateTimeOffset dueAt) =>
        JsonSerializer.SerializeToElement(new { error.Code, error.Message, NextAttempt = nextAttempt, DueAt = dueAt.UtcDateTime }, Options);

    public static JsonElement Of(AttemptLease lease, string agent) =>
        JsonSerializer.SerializeToElement(new { Agent = agent, lease.Holder, lease.Epoch }, Options);

    public static JsonElement Until(DateTimeOffset? dueAt) =>
        JsonSerializer.SerializeToElement(new { DueAt = dueAt?.UtcDateTime }, Options);
}
