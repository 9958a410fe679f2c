using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>An entry of a task's history as the API shows it.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Type">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Attempt">The attempt it belongs to, if to one.</param>
/// <param name="Detail">What else is to know.</param>
internal sealed record TaskEventView(int Number, TaskEventType Type, DateTime At, int? Attempt, JsonElement? Detail)
{
    /// <summary>The view of an event.</summary>
    public static TaskEventView Of(TaskEvent entry) => new(entry.Number, entry.Type, entry.At.UtcDateTime, entry.Attempt, entry.Detail);
}

/// <summary>A task's history.</summary>
/// <param name="Events">In order.</param>
internal sealed record TaskEventsView(IReadOnlyList<TaskEventView> Events);
