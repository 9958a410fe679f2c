using Orchestrator.Access;

namespace Orchestrator.Functions.Access;

/// <summary>Creates and revokes API keys.</summary>
public interface IApiKeys
{
    /// <summary>All keys, those created last first.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates a key. Its secret is known to the caller alone from then on.</summary>
    /// <param name="by">Who creates it.</param>
    Task<(ApiKey Key, ApiKeySecret Secret)> CreateAsync(NewApiKey wish, string by, CancellationToken cancellationToken);

    /// <summary>Revokes a key: at once in this process, within 20 s in all. Once more changes nothing.</summary>
    /// <param name="id">Its id, as the caller wrote it.</param>
    /// <param name="force">Whether it may be the last way in for an admin.</param>
    /// <param name="by">Who revokes it.</param>
    /// <returns>The key as it was, and as it is now.</returns>
    Task<(ApiKey Before, ApiKey After)> RevokeAsync(string id, bool force, string by, CancellationToken cancellationToken);
}

/// <summary>What somebody wants of a new API key.</summary>
public sealed record NewApiKey(string Name, Role Role, DateTimeOffset? ExpiresAt);
