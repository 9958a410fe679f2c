namespace Orchestrator.Access;

/// <summary>Where API keys are kept. All calls throw <see cref="Errors.StorageUnavailableException"/> while storage is away.</summary>
public interface IApiKeyStore
{
    /// <summary>Most keys there may be, those included that are of no use any more.</summary>
    const int MostKeys = 1_000;

    /// <summary>Adds a key; false when one has its id already.</summary>
    /// <param name="hash">Of its secret.</param>
    Task<bool> AddAsync(ApiKey key, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);

    /// <summary>Reads a key, in one request; null when there is none.</summary>
    Task<StoredApiKey?> GetAsync(ApiKeyId id, CancellationToken cancellationToken);

    /// <summary>All keys, those created last first.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Revokes a key; the key as it is then, or was when it had been revoked before; null when there is none.</summary>
    Task<ApiKey?> RevokeAsync(ApiKeyId id, DateTimeOffset at, string by, CancellationToken cancellationToken);

    /// <summary>Writes down when a key was used, unless it has changed since it was read.</summary>
    Task MarkUsedAsync(StoredApiKey key, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Forgets the keys that came to their end before a time; how many.</summary>
    Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
