using Orchestrator.Errors;

namespace Orchestrator.Availability;

/// <summary>Whether storage works, as told by the calls that are made of it. Safe for all threads.</summary>
public interface IStorageAvailability
{
    /// <summary>Whether storage is away: calls of it fail at once, until a probe finds it back.</summary>
    bool IsAway { get; }

    /// <summary>Fires when storage goes away: for waits that storage alone could end. Ask for it anew for each wait.</summary>
    CancellationToken Away { get; }

    /// <summary>Throws while storage is away.</summary>
    /// <exception cref="StorageUnavailableException">It is away; the message says what was last seen of it.</exception>
    void ThrowIfAway();

    /// <summary>Waits while storage is away.</summary>
    /// <param name="limit">The longest wait.</param>
    /// <returns>Whether it works, as far as is known; false when the limit was reached first.</returns>
    Task<bool> WhenBackAsync(TimeSpan limit, CancellationToken cancellationToken);
}
