using Microsoft.Extensions.Configuration;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Startup;

/// <summary>The settings that the app shares with the host, as they are in force.</summary>
public sealed class HostSettings(IConfiguration configuration, HostFile file)
{
    /// <summary>In place of a connection string these tell where an account is.</summary>
    private static readonly string[] AccountKeys = ["tableServiceUri", "queueServiceUri", "blobServiceUri", "accountName", "credential", "clientId", "tenantId"];

    private const string Account = "AzureWebJobsStorage";

    /// <summary>The account of the task hub, which host.json names so.</summary>
    private const string HubAccount = "TaskHubStorage";

    /// <summary>Those that are set.</summary>
    public IEnumerable<EffectiveSetting> List() =>
    [
        .. KnownAccount(Account),
        .. KnownAccount(HubAccount),
        .. Known("APPLICATIONINSIGHTS_CONNECTION_STRING", isSecret: true),
        .. Known("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", isSecret: false),
        .. Known("AZURE_FUNCTIONS_ENVIRONMENT", isSecret: false),
        .. Leaves(configuration.GetSection("Logging")).Select(leaf => Of(leaf.Key, leaf.Value, SettingSource.Find(configuration, leaf.Key), isLive: true)),
        .. Leaves(file.Root).Select(leaf => Of($"host.json:{leaf.Key}", leaf.Value, SettingSource.Find(configuration, $"AzureFunctionsJobHost:{leaf.Key}") ?? "host.json", isLive: false)),
    ];

    private IEnumerable<EffectiveSetting> KnownAccount(string name) =>
    [
        .. Known(name, isSecret: !IsEmulator(configuration[name])),
        .. AccountKeys.SelectMany(key => Known($"{name}:{key}", isSecret: false)),
        .. Known($"{name}:clientSecret", isSecret: true),
    ];

    private static bool IsEmulator(string? account) => account?.Trim().Equals("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What stands below an account is shown as an address is: a connection string that was set in its place must not be.</summary>
    private IEnumerable<EffectiveSetting> Known(string key, bool isSecret)
    {
        if (configuration[key] is not { Length: > 0 } value)
            return [];
        var isHidden = isSecret || (key.Contains(':', StringComparison.Ordinal) && !AddressText.IsBare(value));
        return [new(key, isHidden ? SecretAttribute.Mask : value, Default: null, SettingSource.Find(configuration, key), IsLive: false, isHidden)];
    }

    private static IEnumerable<KeyValuePair<string, string?>> Leaves(IConfiguration section) =>
        section.AsEnumerable().Where(pair => pair.Value is not null).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    private static EffectiveSetting Of(string key, string? value, string? source, bool isLive) => new(key, value, Default: null, source, isLive, IsSecret: false);
}
