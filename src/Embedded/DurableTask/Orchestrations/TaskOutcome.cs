using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>What came back for a decision.</summary>
/// <param name="Result">JSON; null for none or when it failed.</param>
/// <param name="Failure">Null when it succeeded.</param>
internal sealed record TaskOutcome(int TaskId, string? Result, Failure? Failure);
