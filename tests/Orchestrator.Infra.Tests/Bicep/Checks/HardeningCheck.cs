using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>What can be shut is shut: keys and passwords in place of identities, plain http, old TLS, public blobs.</summary>
internal sealed class HardeningCheck : ICheck
{
    private static readonly (string Type, string Property, string Value, string Why)[] Rules =
    [
        ("Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", "false", "who has a key has everything, and nobody sees who it was"),
        ("Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", "false", "a container could be opened to everybody"),
        ("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_2", "older ones are broken"),
        ("Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", "true", "tokens would travel in plain text"),
        ("Microsoft.Web/sites", "properties.httpsOnly", "true", "keys and tokens would travel in plain text"),
        ("Microsoft.Web/sites", "identity.type", "UserAssigned", "its roles then outlive the app, and nothing else has them"),
        ("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties.allow", "false", "a password would deploy code"),
        ("Microsoft.Insights/components", "properties.DisableLocalAuth", "true", "who knows the connection string could send telemetry"),
        ("Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", "true", "access policies know no scopes and no conditions"),
        ("Microsoft.KeyVault/vaults", "properties.enableSoftDelete", "true", "a slip would lose secrets for good"),
    ];

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) =>
        from deployment in infra.Deployments
        from rule in Rules
        from resource in deployment.Of(rule.Type)
        where !string.Equals(resource.Text(rule.Property), rule.Value, StringComparison.Ordinal)
        select deployment.Finding(resource, $"has {rule.Property} {resource.Text(rule.Property) ?? "not set"}; it must be {rule.Value}, else {rule.Why}.");
}
