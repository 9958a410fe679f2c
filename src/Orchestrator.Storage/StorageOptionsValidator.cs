using Microsoft.Extensions.Options;

namespace Orchestrator.Storage;

/// <summary>Finds everything that is wrong with the storage options at once; each fault names key, value and rule.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ConnectionString) && options.Endpoint is null)
        {
            faults.Add($"Neither {StorageOptions.SectionName}:ConnectionString nor {StorageOptions.SectionName}:Endpoint is set, nor AzureWebJobsStorage; "
                + "set one of them, such as AzureWebJobsStorage=UseDevelopmentStorage=true for Azurite on its usual ports.");
        }

        if (!string.IsNullOrWhiteSpace(options.ConnectionString) && options.Endpoint is not null)
            faults.Add($"{StorageOptions.SectionName}:ConnectionString and {StorageOptions.SectionName}:Endpoint are both set; set one of them.");
        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("https" or "http")))
            faults.Add($"{StorageOptions.SectionName}:Endpoint is '{endpoint}'; it must be an absolute http or https address.");

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
