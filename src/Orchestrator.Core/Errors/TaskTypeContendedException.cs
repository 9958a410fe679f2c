namespace Orchestrator.Errors;

/// <summary>Others changed a task type faster than we could, again and again.</summary>
public sealed class TaskTypeContendedException : OrchestratorException
{
    /// <summary>Creates the exception.</summary>
    public TaskTypeContendedException(string name, int tries)
        : base("task_type_contended", isRetryable: true, $"Task type '{name}' was changed by others at each of {tries} tries to change it; try again later.") => Name = name;

    /// <summary>The task type.</summary>
    public string Name { get; }
}
