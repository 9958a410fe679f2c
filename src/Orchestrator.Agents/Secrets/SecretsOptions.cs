using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>
/// Where secrets are that tasks and settings name. Every other key of the section is a secret: <c>Orchestrator:Secrets:NAME</c>. It goes before one of the same name in
/// the vault.
/// </summary>
[SecretEntries("The secret of that name, 1 to 127 letters, digits and `-`; goes before one of the vault.")]
public sealed class SecretsOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:Secrets";

    /// <summary>The <c>https://</c> address of the Key Vault that is asked for what the settings do not have, such as <c>https://shop.vault.azure.net/</c>.</summary>
    public Uri? VaultUri { get; set; }

    /// <summary>How long a secret of the vault is kept in memory. One that is changed there is known by then.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "must be 00:00:00 to 01:00:00")]
    public TimeSpan CacheTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a key of the section is a secret, and none of the settings above.</summary>
    internal static bool IsSecret(string key) =>
        SecretReference.IsName(key) && !key.Equals(nameof(VaultUri), StringComparison.OrdinalIgnoreCase) && !key.Equals(nameof(CacheTime), StringComparison.OrdinalIgnoreCase);
}
