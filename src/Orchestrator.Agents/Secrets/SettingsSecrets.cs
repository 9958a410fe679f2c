using Microsoft.Extensions.Configuration;
using Orchestrator.Configuration;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>Secrets of the settings: <c>Orchestrator:Secrets:NAME</c>. One that the platform could not fetch from a Key Vault is none.</summary>
internal sealed class SettingsSecrets(IConfiguration configuration) : ISecretSource
{
    public ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var secret = SecretsOptions.IsSecret(name) ? configuration[$"{SecretsOptions.SectionName}:{name}"] : null;
        if (PlatformReference.Is(secret))
            throw SecretMissingException.NotReplaced(name);
        return ValueTask.FromResult(string.IsNullOrEmpty(secret) ? null : secret);
    }
}
