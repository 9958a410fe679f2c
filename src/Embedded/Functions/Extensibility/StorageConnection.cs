using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Extensibility;

/// <summary>Finds the storage connection that a binding names.</summary>
public static class StorageConnection
{
    private const string Default = "AzureWebJobsStorage";

    /// <summary>The connection string of <c>AzureWebJobsStorage</c>; without one, that of development storage.</summary>
    public static string Find(IConfiguration configuration) =>
        First(configuration[Default], configuration.GetConnectionString(Default)) ?? "UseDevelopmentStorage=true";

    /// <summary>
    /// The connection string of the setting <paramref name="name"/>: <c>AzureWebJobs{name}</c>, else <c>{name}</c>, else the
    /// connection string of that name. Null stands for <c>AzureWebJobsStorage</c>.
    /// </summary>
    /// <returns>The connection string; null if a name was given and no setting has it.</returns>
    public static string? Find(IConfiguration configuration, string? name)
    {
        if (string.IsNullOrEmpty(name) || string.Equals(name, Default, StringComparison.OrdinalIgnoreCase))
            return Find(configuration);
        return First(configuration["AzureWebJobs" + name], configuration[name], configuration.GetConnectionString(name));
    }

    /// <summary>
    /// The section that names an account without a connection string, by <c>accountName</c> or the address of a service: <c>AzureWebJobs{name}</c>, else <c>{name}</c>. Null when a
    /// connection string goes before it, or there is none.
    /// </summary>
    internal static IConfigurationSection? FindSection(IConfiguration configuration, string? name)
    {
        var isDefault = string.IsNullOrEmpty(name) || string.Equals(name, Default, StringComparison.OrdinalIgnoreCase);
        foreach (var key in isDefault ? [Default] : new[] { "AzureWebJobs" + name, name! })
        {
            var section = configuration.GetSection(key);
            if (!string.IsNullOrWhiteSpace(section.Value))
                return null;
            if (NamesAccount(section))
                return section;
        }

        return null;
    }

    /// <summary>Whether a setting has an account's name or address below it.</summary>
    internal static bool NamesAccount(IConfigurationSection section) =>
        First(section["accountName"], section["tableServiceUri"], section["queueServiceUri"], section["blobServiceUri"]) is not null;

    private static string? First(params ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
        {
            if (!string.IsNullOrWhiteSpace(value))
                return value;
        }

        return null;
    }
}
