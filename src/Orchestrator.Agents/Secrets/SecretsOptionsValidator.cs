using Microsoft.Extensions.Options;

namespace Orchestrator.Agents.Secrets;

/// <summary>Finds everything that is wrong with the settings of secrets at once.</summary>
internal sealed class SecretsOptionsValidator : IValidateOptions<SecretsOptions>
{
    public ValidateOptionsResult Validate(string? name, SecretsOptions options)
    {
        var faults = new List<string>();
        if (options.VaultUri is { } vault && !(vault.IsAbsoluteUri && vault.Scheme == Uri.UriSchemeHttps && vault.UserInfo.Length == 0))
            faults.Add($"{SecretsOptions.SectionName}:{nameof(SecretsOptions.VaultUri)} is '{vault}'; it must be an https address such as https://shop.vault.azure.net/.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
