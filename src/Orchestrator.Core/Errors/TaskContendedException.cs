using Orchestrator.Tasks;

namespace Orchestrator.Errors;

/// <summary>Others changed a task faster than we could, again and again.</summary>
public sealed class TaskContendedException : OrchestratorException
{
    /// <summary>Creates the exception.</summary>
    public TaskContendedException(TaskId task, int tries)
        : base("task_contended", isRetryable: true, $"Task {task} was changed by others at each of {tries} tries to change it; try again later.") => Task = task;

    /// <summary>The task.</summary>
    public TaskId Task { get; }
}
