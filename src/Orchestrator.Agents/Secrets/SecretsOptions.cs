using System.ComponentModel.DataAnnotations;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>
/// Where secrets are that tasks and settings name. Every other key of the section is a secret: <c>Orchestrator:Secrets:NAME</c>. It goes before one of the same name in
/// the vault.
/// </summary>
public sealed class SecretsOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:Secrets";

    /// <summary>The Key Vault that is asked for what the settings do not have, such as <c>https://shop.vault.azure.net/</c>. Default: none.</summary>
    public Uri? VaultUri { get; set; }

    /// <summary>How long a secret of the vault is kept in memory: 0 to 1 h, default 5 min. A secret that is changed there is known by then.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "must be 00:00:00 to 01:00:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a key of the section is a secret, and none of the settings above.</summary>
    internal static bool IsSecret(string key) =>
        SecretReference.IsName(key) && !key.Equals(nameof(VaultUri), StringComparison.OrdinalIgnoreCase) && !key.Equals(nameof(CacheTime), StringComparison.OrdinalIgnoreCase);
}
