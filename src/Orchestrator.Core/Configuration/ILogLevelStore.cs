namespace Orchestrator.Configuration;

/// <summary>Keeps the levels of the log that were set while the app runs, for all its processes. Categories are the same in whatever case they are written.</summary>
public interface ILogLevelStore
{
    /// <summary>All that are kept, one of a category, those whose time is up too.</summary>
    /// <exception cref="Errors.StorageUnavailableException">Storage does not work.</exception>
    Task<IReadOnlyList<LevelOverride>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Keeps one, in place of what was kept of its category.</summary>
    /// <exception cref="Errors.StorageUnavailableException">Storage does not work.</exception>
    Task SetAsync(LevelOverride level, CancellationToken cancellationToken);

    /// <summary>Forgets what is kept of a category; harmless when nothing is.</summary>
    /// <exception cref="Errors.StorageUnavailableException">Storage does not work.</exception>
    Task RemoveAsync(string category, CancellationToken cancellationToken);
}
