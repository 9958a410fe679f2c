using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage;

/// <summary>Finds everything that is wrong with the storage options at once; each fault names key, value and rule.</summary>
internal sealed class StorageOptionsValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var faults = new List<string>();
        var hasOwnAccount = configuration.GetSection(StorageOptions.SectionName)["ConnectionString"] is { Length: > 0 } || configuration.GetSection(StorageOptions.SectionName)["Endpoint"] is { Length: > 0 };
        var hostFaults = hasOwnAccount || HostAccount.ConnectionString(configuration) is not null ? [] : HostAccount.FindFaults(configuration).ToList();
        faults.AddRange(hostFaults);
        if (hostFaults.Count == 0 && string.IsNullOrWhiteSpace(options.ConnectionString) && options.Endpoint is null)
        {
            faults.Add($"Neither {StorageOptions.SectionName}:ConnectionString nor {StorageOptions.SectionName}:Endpoint is set, nor AzureWebJobsStorage; "
                + "set one of them, such as AzureWebJobsStorage=UseDevelopmentStorage=true for Azurite on its usual ports, or AzureWebJobsStorage__accountName for an account that is reached by identity.");
        }

        if (!string.IsNullOrWhiteSpace(options.ConnectionString) && options.Endpoint is not null)
            faults.Add($"{StorageOptions.SectionName}:ConnectionString and {StorageOptions.SectionName}:Endpoint are both set; set one of them.");
        if (hostFaults.Count == 0 && options.Endpoint is { } endpoint && HostAccount.FindAddressFault(endpoint.OriginalString) is { } fault)
            faults.Add($"{StorageOptions.SectionName}:Endpoint {fault}, for a token is sent to it.");
        if (options.ConnectionString is { } text && !string.IsNullOrWhiteSpace(text) && !IsConnectionString(text))
        {
            faults.Add($"{(hasOwnAccount ? $"{StorageOptions.SectionName}:ConnectionString" : HostAccount.Setting)} is not a connection string that can be read; "
                + "copy it anew from the storage account, or use UseDevelopmentStorage=true for Azurite.");
        }

        faults.AddRange(HostAccount.FindHubFaults(configuration));
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    /// <summary>What is wrong with it is not told: the message may hold the key.</summary>
    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new TableServiceClient(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}
