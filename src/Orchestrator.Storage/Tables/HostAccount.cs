using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;
using Orchestrator.Configuration;

namespace Orchestrator.Storage.Tables;

/// <summary>
/// The account of the host, read as the Functions host reads it: the setting <c>AzureWebJobsStorage</c> is a connection string, or what lies below it names an
/// account that is reached by identity.
/// </summary>
internal static partial class HostAccount
{
    public const string Setting = "AzureWebJobsStorage";

    /// <summary>The account of the task hub, as host.json names it.</summary>
    public const string HubSetting = "TaskHubStorage";

    private static readonly string[] Services = ["table", "queue", "blob"];

    private const string ManagedIdentity = "managedidentity";
    private const string WorkloadIdentity = "workloadidentity";
    private const string ManagedIdentityResourceId = "managedIdentityResourceId";

    /// <summary>The connection string; null without one.</summary>
    public static string? ConnectionString(IConfiguration configuration) =>
        configuration[Setting] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The address of the table service, for an account that is named without a connection string; null when it names none that can be read.</summary>
    public static Uri? TableEndpoint(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        if (section["tableServiceUri"] is { Length: > 0 } text)
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null;
        return section["accountName"] is { Length: > 0 } name && AccountName().IsMatch(name) ? new Uri($"https://{name}.table.core.windows.net/") : null;
    }

    /// <summary>Who we are to the account.</summary>
    public static TokenCredential Credential(IConfiguration configuration)
    {
        var section = configuration.GetSection(Setting);
        var (clientId, tenantId, secret) = (Text(section, "clientId"), Text(section, "tenantId"), Text(section, "clientSecret"));
        var resourceId = Text(section, ManagedIdentityResourceId) is { } resource ? new ResourceIdentifier(resource) : null;
        if (Is(section, ManagedIdentity))
            return new ManagedIdentityCredential(IdentityOf(clientId, resourceId));
        if (Is(section, WorkloadIdentity))
            return new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { ClientId = clientId, TenantId = tenantId });
        if (clientId is not null && tenantId is not null && secret is not null)
            return new ClientSecretCredential(tenantId, clientId, secret);

        var options = new DefaultAzureCredentialOptions { WorkloadIdentityClientId = clientId, TenantId = tenantId };
        if (resourceId is null)
            options.ManagedIdentityClientId = clientId;
        else
            options.ManagedIdentityResourceId = resourceId;
        return new DefaultAzureCredential(options);
    }

    private static ManagedIdentityId IdentityOf(string? clientId, ResourceIdentifier? resourceId) =>
        resourceId is not null ? ManagedIdentityId.FromUserAssignedResourceId(resourceId)
        : clientId is not null ? ManagedIdentityId.FromUserAssignedClientId(clientId)
        : ManagedIdentityId.SystemAssigned;

    /// <summary>Everything that is wrong with an account that is named without a connection string.</summary>
    public static IEnumerable<string> FindFaults(IConfiguration configuration) => FindFaults(configuration.GetSection(Setting));

    /// <summary>Everything that is wrong with the account of the task hub, if it is named without a connection string.</summary>
    public static IEnumerable<string> FindHubFaults(IConfiguration configuration) =>
        configuration.GetSection(HubSetting) is var section && string.IsNullOrWhiteSpace(section.Value) ? FindFaults(section) : [];

    private static IEnumerable<string> FindFaults(IConfigurationSection section)
    {
        return Services.Select(service => FindFault(section, service)).OfType<string>().Concat(FindOtherFaults(section));
    }

    private static string? FindFault(IConfigurationSection section, string service) =>
        Text(section, $"{service}ServiceUri") is not { } text || FindAddressFault(text) is not { } fault
            ? null
            : $"{section.Path}__{service}ServiceUri {fault}, such as https://myaccount.{service}.core.windows.net.";

    /// <summary>What is wrong with the address of a service, and what it must be; null when nothing is. A connection string that was set in its place is not shown.</summary>
    public static string? FindAddressFault(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
            return $"is '{AddressText.Show(text)}'; it must be an https address";
        return uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0 ? null : $"is '{AddressText.Show(text)}'; it must be an https address without user name and query";
    }

    private static IEnumerable<string> FindOtherFaults(IConfigurationSection section)
    {
        if (Text(section, "accountName") is { } name && !AccountName().IsMatch(name))
            yield return $"{section.Path}__accountName is '{AddressText.Show(name)}'; it must be the name of a storage account alone, 3 to 24 lower-case letters and digits.";
        if (Text(section, "tableServiceUri") is null && Text(section, "accountName") is null && (Text(section, "queueServiceUri") ?? Text(section, "blobServiceUri")) is not null)
            yield return $"{section.Path}__queueServiceUri or __blobServiceUri is set, but no address of tables; set {section.Path}__tableServiceUri too, or {section.Path}__accountName in place of all.";
        if (Text(section, "credential") is { } credential && !Is(section, ManagedIdentity) && !Is(section, WorkloadIdentity))
            yield return $"{section.Path}__credential is '{AddressText.Show(credential)}'; it must be {ManagedIdentity} or {WorkloadIdentity}, or not be set.";
        if (Text(section, ManagedIdentityResourceId) is { } resource)
        {
            if (!ResourceIdentifier.TryParse(resource, out _))
                yield return $"{section.Path}__{ManagedIdentityResourceId} is '{AddressText.Show(resource)}'; it must be the resource id of an identity, such as /subscriptions/…/resourceGroups/…/providers/Microsoft.ManagedIdentity/userAssignedIdentities/….";
            if (Text(section, "clientId") is not null)
                yield return $"{section.Path}__{ManagedIdentityResourceId} and {section.Path}__clientId are set; set one of them, for one identity.";
        }

        if (Text(section, "clientSecret") is not null && (Text(section, "clientId") is null || Text(section, "tenantId") is null))
            yield return $"{section.Path}__clientSecret is set without {section.Path}__clientId and {section.Path}__tenantId; set all three, or none of them for a managed identity.";
    }

    private static string? Text(IConfigurationSection section, string key) => string.IsNullOrWhiteSpace(section[key]) ? null : section[key];

    private static bool Is(IConfigurationSection section, string credential) => string.Equals(Text(section, "credential"), credential, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^[a-z0-9]{3,24}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AccountName();
}
