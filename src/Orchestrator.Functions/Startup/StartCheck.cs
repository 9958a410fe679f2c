using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Configuration;
using Orchestrator.Functions.Logging;
using Orchestrator.Storage;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.Startup;

/// <summary>
/// Finds everything that is wrong with what the app is told, at once, before anything of it runs: settings of every section, keys that are misspelt, host.json,
/// agents that do not fit together, files of task types. Whoever is called at night starts it once more, not once for each fault.
/// </summary>
internal static class StartCheck
{
    /// <summary>Every fault in a line of its own, with what is wrong, the rule and the cure.</summary>
    public static IReadOnlyList<string> FindFaults(IServiceProvider services)
    {
        var catalog = services.GetRequiredService<SettingsCatalog>();
        string[] faults =
        [
            .. services.GetRequiredService<HostFile>().Faults,
            .. Caught(() => services.GetService<IStartupValidator>()?.Validate()).Order(StringComparer.Ordinal),
            .. catalog.FindUnknown().Where(unknown => unknown.IsMisspelt)
                .Select(unknown => $"{unknown.Key} is no setting; {unknown.Nearest} is, and may be meant."),
            .. LevelSettings.FindFaults(services.GetRequiredService<IConfiguration>()),
            .. Caught(() => services.GetRequiredService<AgentCatalog>()),
            .. Caught(() => services.GetRequiredService<ITaskTypeFiles>().Read()),
        ];

        // Options that are at fault, and agents that do not fit together, come up again with whatever needs them; what host.json says is read by the host too.
        return [.. faults.Distinct(StringComparer.Ordinal).DistinctBy(HostFileKey, StringComparer.Ordinal).Select(catalog.WithCure)];
    }

    /// <summary>Says which keys do nothing, and tries the storage.</summary>
    /// <exception cref="Errors.StorageUnavailableException">It does not work.</exception>
    public static async Task TryStorageAsync(IServiceProvider services, TextWriter output)
    {
        foreach (var unknown in services.GetRequiredService<SettingsCatalog>().FindUnknown())
            await output.WriteLineAsync($"{unknown.Key} is no setting{(unknown.Nearest is null ? "" : $"; the nearest is {unknown.Nearest}")}. It is passed over.");
        await services.GetRequiredService<StorageCheck>().TryAsync(CancellationToken.None);
        await output.WriteLineAsync("Nothing is wrong with the settings, and the storage answers.");
    }

    /// <summary>What a fault of host.json is about; of another the fault itself.</summary>
    private static string HostFileKey(string fault) => fault.StartsWith("host.json: ", StringComparison.Ordinal) ? fault.Split(" is ", 2)[0] : fault;

    private static string[] Caught(Action check)
    {
        try
        {
            check();
            return [];
        }
        catch (Exception exception) when (StartFailure.Describe(exception) is { } faults)
        {
            return faults.Split(Environment.NewLine);
        }
    }
}
