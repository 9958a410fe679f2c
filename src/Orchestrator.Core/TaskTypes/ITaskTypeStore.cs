namespace Orchestrator.TaskTypes;

/// <summary>A version of a task type as it is stored: never changed.</summary>
/// <param name="Version">From 1; counted over all sources of a name.</param>
/// <param name="CreatedAt">When it was stored.</param>
/// <param name="Hash">Tells whether another definition is the same; see <see cref="TaskTypeWriter.Hash"/>.</param>
/// <param name="Document">What <see cref="TaskTypeWriter.Write"/> gave.</param>
public sealed record StoredTaskType(string Name, int Version, TaskTypeSource Source, DateTimeOffset CreatedAt, string Hash, string Document);

/// <summary>A stored version without its document.</summary>
public sealed record TaskTypeVersion(string Name, int Version, TaskTypeSource Source, DateTimeOffset CreatedAt, string Hash);

/// <summary>Which version of a name is in force by the API.</summary>
/// <param name="Version">0: none, it was deleted.</param>
/// <param name="UpdatedAt">When that was decided.</param>
/// <param name="Tag">Changes with each write; what a write names that must not overlook another one.</param>
public sealed record ApiTaskType(string Name, int Version, DateTimeOffset UpdatedAt, string Tag);

/// <summary>Keeps the versions of task types, and which of them the API has put in force.</summary>
public interface ITaskTypeStore
{
    /// <summary>Which versions the API has put in force, of all names; without those that were deleted. One query.</summary>
    Task<IReadOnlyList<ApiTaskType>> ListApiAsync(CancellationToken cancellationToken);

    /// <summary>Which version of a name the API has put in force, or that it was deleted; null when it never did.</summary>
    Task<ApiTaskType?> GetApiAsync(string name, CancellationToken cancellationToken);

    /// <summary>All versions, ordered by name and number; of one name, or of all when it is null.</summary>
    Task<IReadOnlyList<TaskTypeVersion>> ListVersionsAsync(string? name, CancellationToken cancellationToken);

    /// <summary>A version; null when there is none.</summary>
    Task<StoredTaskType?> GetVersionAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>Stores a version that is defined elsewhere than over the API.</summary>
    /// <returns>False when the name has a version of that number already.</returns>
    Task<bool> AddVersionAsync(StoredTaskType version, CancellationToken cancellationToken);

    /// <summary>Stores a version and puts it in force, both or neither.</summary>
    /// <param name="expected">What <see cref="GetApiAsync"/> gave.</param>
    /// <returns>False when somebody else was faster: read again.</returns>
    Task<bool> PutAsync(StoredTaskType version, ApiTaskType? expected, CancellationToken cancellationToken);

    /// <summary>Takes the version in force out of force.</summary>
    /// <param name="expected">What <see cref="GetApiAsync"/> gave.</param>
    /// <returns>False when somebody else was faster: read again.</returns>
    Task<bool> DeleteAsync(ApiTaskType expected, DateTimeOffset at, CancellationToken cancellationToken);
}
