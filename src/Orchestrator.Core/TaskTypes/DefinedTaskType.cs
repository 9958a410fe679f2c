using Orchestrator.Tasks;

namespace Orchestrator.TaskTypes;

/// <summary>Where a task type is defined; a later source wins over an earlier one.</summary>
public enum TaskTypeSource
{
    /// <summary>By an agent, in code.</summary>
    Code = 0,

    /// <summary>In a file that is read at start.</summary>
    File = 1,

    /// <summary>Over the HTTP API.</summary>
    Api = 2,
}

/// <summary>A task type with its version, and where it comes from.</summary>
/// <param name="UpdatedAt">When this version was first seen.</param>
public sealed record DefinedTaskType(TaskType Type, TaskTypeSource Source, DateTimeOffset UpdatedAt);
