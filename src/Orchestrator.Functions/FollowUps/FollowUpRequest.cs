namespace Orchestrator.Functions.FollowUps;

/// <summary>Asks that others be told of a task's end.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="Try">Which try it is, from 1.</param>
/// <param name="After">The last dependent that has been told; null: none yet.</param>
public sealed record FollowUpRequest(string TaskId, int Try, string? After = null);

/// <summary>What telling others came to.</summary>
/// <param name="IsDone">Whether nothing is left.</param>
/// <param name="Try">The try to ask for next.</param>
/// <param name="DueAtTicks">When, in UTC ticks.</param>
/// <param name="After">The last dependent that has been told; null: none yet.</param>
public sealed record FollowUpStep(bool IsDone, int Try, long DueAtTicks, string? After = null)
{
    internal static FollowUpStep Done { get; } = new(IsDone: true, 0, 0);
}
