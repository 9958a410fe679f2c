using Orchestrator.Tasks;

namespace Orchestrator.TaskTypes;

/// <summary>The task types that files define.</summary>
public interface ITaskTypeFiles
{
    /// <summary>Reads them all.</summary>
    /// <exception cref="Errors.TaskTypeFilesException">With every fault of every file.</exception>
    IReadOnlyList<TaskType> Read();
}
