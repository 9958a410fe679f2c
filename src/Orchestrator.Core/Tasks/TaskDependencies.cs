namespace Orchestrator.Tasks;

/// <summary>What the tasks that a task depends on must come to.</summary>
public enum DependencyCondition
{
    /// <summary>Every one must succeed; when one does not, the task fails.</summary>
    AllSucceeded = 0,

    /// <summary>Every one must be over, however.</summary>
    AllFinished = 1,
}

/// <summary>The tasks that a task depends on.</summary>
/// <param name="Tasks">1–100 different tasks.</param>
/// <param name="Condition">What they must come to.</param>
public sealed record TaskDependencies(IReadOnlyList<TaskId> Tasks, DependencyCondition Condition)
{
    /// <inheritdoc/>
    public bool Equals(TaskDependencies? other) => other is not null && Condition == other.Condition && Tasks.SequenceEqual(other.Tasks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Tasks.Count, Condition);
}
