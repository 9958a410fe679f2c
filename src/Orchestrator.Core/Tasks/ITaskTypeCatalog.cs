using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Tasks;

/// <summary>The task types that can be submitted now.</summary>
public interface ITaskTypeCatalog
{
    /// <summary>All types by name.</summary>
    IReadOnlyList<TaskType> TaskTypes { get; }

    /// <summary>Looks a type up; names are compared exactly.</summary>
    bool TryGetTaskType(string name, [NotNullWhen(true)] out TaskType? taskType);
}
