namespace Orchestrator.Tasks;

/// <summary>A decided change of a task, written in one transaction or not at all.</summary>
/// <param name="Before">The task it was decided on; null for a new one.</param>
/// <param name="After">The task as it will be.</param>
/// <param name="Events">What is added to its history; the last one's number is <c>After.LastEvent</c>. Empty for a change that leaves no trace, such as a renewed lease.</param>
public sealed record TaskChange(TaskRecord? Before, TaskRecord After, IReadOnlyList<TaskEvent> Events)
{
    /// <summary>What the attempt has said last and is written with the change; null: nothing.</summary>
    public AttemptLog? Log { get; init; }
}
