using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents;
using Orchestrator.Agents.Builtin;
using Orchestrator.Agents.Callbacks;
using Orchestrator.Agents.Samples;
using Orchestrator.Configuration;
using Orchestrator.Functions.Startup;
using Orchestrator.Storage;

namespace Orchestrator.Infra.Tests.Bicep.App;

/// <summary>The app's services under the app settings of a deployment: what the code itself says of them.</summary>
internal static class AppUnderSettings
{
    /// <summary>Whatever would keep the app from starting, a line each.</summary>
    /// <remarks>What the app must have set is so decided by the app: no list here can forget one.</remarks>
    public static IReadOnlyList<string> FindFaults(IReadOnlyDictionary<string, string> settings)
    {
        using var services = Services(settings);
        return StartCheck.FindFaults(services);
    }

    /// <summary>Settings below <c>Orchestrator</c> that nothing reads.</summary>
    public static IReadOnlyList<UnknownSetting> FindUnknown(IReadOnlyDictionary<string, string> settings)
    {
        using var services = Services(settings);
        return services.GetRequiredService<SettingsCatalog>().FindUnknown();
    }

    private static ServiceProvider Services(IReadOnlyDictionary<string, string> settings)
    {
        // As environment variables are read.
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value))).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging()
            .AddOrchestratorStorage(configuration).AddOrchestratorAgents().AddBuiltInAgents().AddSampleAgents().AddCallbacks().AddOrchestratorFunctions()
            .BuildServiceProvider();
    }
}
