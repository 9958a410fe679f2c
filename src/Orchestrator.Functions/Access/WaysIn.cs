using Orchestrator.Access;

namespace Orchestrator.Functions.Access;

/// <summary>The ways in which somebody can get into the app.</summary>
internal sealed class WaysIn(LocalCallers local, ConfiguredKeys configured, EntraTokens tokens, IApiKeyStore keys, TimeProvider time)
{
    /// <summary>Whether anybody can show anything at all.</summary>
    public async Task<bool> AnyCredentialAsync(CancellationToken cancellationToken) =>
        configured.Any || tokens.AreTaken || (await keys.ListAsync(cancellationToken)).Any(key => key.IsUsable(time.GetUtcNow()));

    /// <summary>Whether an admin could still get in without one of the keys that are kept in storage.</summary>
    public async Task<bool> AdminBesidesAsync(ApiKeyId key, CancellationToken cancellationToken) =>
        local.AreTrusted || configured.AnyAdmin || tokens.AreTaken
        || (await keys.ListAsync(cancellationToken)).Any(other => other.Id != key && other.Role == Role.Admin && other.IsUsable(time.GetUtcNow()));
}
