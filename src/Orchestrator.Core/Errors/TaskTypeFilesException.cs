namespace Orchestrator.Errors;

/// <summary>Files that define task types are at fault; the program must not start.</summary>
public sealed class TaskTypeFilesException : OrchestratorException
{
    /// <summary>Creates the exception that names every fault.</summary>
    public TaskTypeFilesException(IReadOnlyList<string> faults)
        : base("task_type_files", isRetryable: false, $"The files of task types are not usable: {string.Join(" ", faults)}") => Faults = faults;

    /// <summary>Every fault found, a sentence each that names its file.</summary>
    public IReadOnlyList<string> Faults { get; }
}
