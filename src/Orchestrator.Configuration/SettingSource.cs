using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace Orchestrator.Configuration;

/// <summary>Says where settings come from.</summary>
public static class SettingSource
{
    /// <summary>The layer whose value for the key is in force, as one would look for it; null when none has it.</summary>
    public static string? Find(IConfiguration configuration, string key)
    {
        if (configuration is not IConfigurationRoot root)
            return configuration[key] is null ? null : "settings";
        foreach (var provider in root.Providers.Reverse())
        {
            if (provider.TryGet(key, out var value) && value is not null)
                return Describe(provider, key);
        }

        return null;
    }

    private static string Describe(IConfigurationProvider provider, string key) => provider switch
    {
        EnvironmentVariablesConfigurationProvider => $"environment variable {key.Replace(":", "__", StringComparison.Ordinal)}",
        CommandLineConfigurationProvider => $"command line --{key}",
        FileConfigurationProvider file => file.Source.Path ?? "a file",
        ChainedConfigurationProvider chained => Find(chained.Configuration, key) ?? "settings",
        MemoryConfigurationProvider => "the program itself",
        _ => provider.ToString() ?? "settings",
    };
}
