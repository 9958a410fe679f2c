namespace Orchestrator.Recovery;

/// <summary>Remembers, in the store, on which task hub its tasks are driven.</summary>
public interface ITaskHubRecord
{
    /// <summary>Says on which hub they are driven from now on.</summary>
    /// <param name="hub">Names the hub among all that there may ever be; in any case of letters.</param>
    /// <param name="now">Kept when it is another one than before.</param>
    /// <returns>When they came to this hub from another; null: nobody knows of another.</returns>
    Task<DateTimeOffset?> OpenAsync(string hub, DateTimeOffset now, CancellationToken cancellationToken);
}
