using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Extensibility;

/// <summary>
/// A storage account that a binding or the task hub uses: by a connection string, or by identity where the setting has <c>accountName</c>, <c>tableServiceUri</c> or
/// <c>queueServiceUri</c> below it, as on the real host.
/// </summary>
public sealed class StorageAccount
{
    private readonly string? _connectionString;
    private readonly Uri? _tables;
    private readonly Uri? _queues;
    private readonly TokenCredential? _credential;
    private readonly string _setting = "";

    private StorageAccount(string connectionString) => _connectionString = connectionString;

    private StorageAccount(string setting, Uri? tables, Uri? queues, TokenCredential credential) => (_setting, _tables, _queues, _credential) = (setting, tables, queues, credential);

    /// <summary>The account that a connection names; null stands for <c>AzureWebJobsStorage</c>, which without any setting is development storage.</summary>
    /// <returns>The account; null if a name was given and no setting has it.</returns>
    public static StorageAccount? Find(IConfiguration configuration, string? name = null)
    {
        if (StorageConnection.FindSection(configuration, name) is { } section)
            return new StorageAccount(section.Path, AddressOf(section, "table"), AddressOf(section, "queue"), CredentialOf(section));
        return StorageConnection.Find(configuration, name) is { } connectionString ? new StorageAccount(connectionString) : null;
    }

    /// <summary>A client of the account's tables.</summary>
    /// <exception cref="HostStartException">The setting names no address of tables.</exception>
    public TableServiceClient Tables(TableClientOptions? options = null) => _connectionString is not null
        ? new TableServiceClient(_connectionString, options)
        : new TableServiceClient(_tables ?? throw Missing("table"), _credential!, options);

    /// <summary>A client of the account's queues.</summary>
    /// <exception cref="FormatException">The connection string is none.</exception>
    /// <exception cref="HostStartException">The setting names no address of queues.</exception>
    public QueueServiceClient Queues(QueueClientOptions? options = null) => _connectionString is not null
        ? new QueueServiceClient(_connectionString, options)
        : new QueueServiceClient(_queues ?? throw Missing("queue"), _credential!, options);

    private HostStartException Missing(string service) => new(
        $"The storage account is named without an address of its {service}s. Set {_setting}__{service}ServiceUri, or {_setting}__accountName in place of all addresses.");

    /// <exception cref="HostStartException">The address is none.</exception>
    private static Uri? AddressOf(IConfigurationSection section, string service)
    {
        if (section[service + "ServiceUri"] is { Length: > 0 } text)
        {
            // What it is instead is not said: it may be a connection string, or an address with a token.
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length + uri.Query.Length == 0
                ? uri
                : throw new HostSettingsException($"{section.Path}__{service}ServiceUri must be an https address without user name and query, such as https://myaccount.{service}.core.windows.net.");
        }

        return section["accountName"] is { Length: > 0 } name ? new Uri($"https://{name}.{service}.core.windows.net/") : null;
    }

    private static TokenCredential CredentialOf(IConfigurationSection section)
    {
        var (clientId, tenantId, secret) = (section["clientId"], section["tenantId"], section["clientSecret"]);
        if (string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase))
            return new ManagedIdentityCredential(string.IsNullOrEmpty(clientId) ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId));
        if (string.Equals(section["credential"], "workloadidentity", StringComparison.OrdinalIgnoreCase))
            return new WorkloadIdentityCredential(new WorkloadIdentityCredentialOptions { ClientId = clientId, TenantId = tenantId });
        return string.IsNullOrEmpty(clientId) || string.IsNullOrEmpty(tenantId) || string.IsNullOrEmpty(secret)
            ? new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId, WorkloadIdentityClientId = clientId, TenantId = tenantId })
            : new ClientSecretCredential(tenantId, clientId, secret);
    }
}
