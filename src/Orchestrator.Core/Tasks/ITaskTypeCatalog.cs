namespace Orchestrator.Tasks;

/// <summary>The task types there are, from whatever source, and those that tasks in flight were submitted with.</summary>
public interface ITaskTypeCatalog
{
    /// <summary>All types that can be submitted now, by name.</summary>
    ValueTask<IReadOnlyList<TaskType>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Looks up the type of a name as it is now; names are compared exactly. Null when there is none.</summary>
    ValueTask<TaskType?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Looks up the definition that a task was submitted with. When that version is not known, the type as it is now; null when there is
    /// none of that name.
    /// </summary>
    ValueTask<TaskType?> GetPinnedAsync(string name, int version, CancellationToken cancellationToken);
}
