using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orchestrator.Configuration;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>Finds everything that is wrong with the settings of secrets at once.</summary>
internal sealed class SecretsOptionsValidator(IConfiguration configuration) : IValidateOptions<SecretsOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretsOptions options)
    {
        var faults = new List<string>();
        if (options.VaultUri is { } vault && !(vault.IsAbsoluteUri && vault.Scheme == Uri.UriSchemeHttps && vault.UserInfo.Length == 0))
            faults.Add($"{SecretsOptions.SectionName}:{nameof(SecretsOptions.VaultUri)} is '{AddressText.Show(vault.OriginalString)}'; it must be an https address such as https://shop.vault.azure.net/.");
        faults.AddRange(configuration.GetSection(SecretsOptions.SectionName).GetChildren()
            .Where(entry => entry.Value is not null && !SecretReference.IsName(entry.Key))
            .Select(entry => $"{entry.Path} is the name of no secret; it must be 1 to 127 letters, digits and '-'."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
