using Orchestrator.Infra.Tests.Bicep.App;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Every app setting that is deployed is one that somebody reads: the app, which knows its own settings, or the host.</summary>
internal sealed class KnownSettingsCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Deployments.SelectMany(Find);

    private static IEnumerable<Finding> Find(Deployment deployment)
    {
        foreach (var unknown in AppUnderSettings.FindUnknown(deployment.AppSettings))
            yield return deployment.Finding(deployment.App, $"sets {unknown.Key}, which the app does not read{(unknown.Nearest is null ? "" : $"; the nearest setting is {unknown.Nearest}")}.");
        foreach (var setting in deployment.AppSettings.Keys.Where(key => !IsRead(key)))
            yield return deployment.Finding(deployment.App, $"sets {setting}, which nobody reads; remove it, or say in {nameof(HostAppSettings)} who does.");
    }

    private static bool IsRead(string key) =>
        key.StartsWith("Orchestrator__", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(HostAppSettings.HostFileOverride, StringComparison.OrdinalIgnoreCase)
        || key.StartsWith(HostAppSettings.Logging, StringComparison.OrdinalIgnoreCase)
        || HostAppSettings.Required.ContainsKey(key) || HostAppSettings.Optional.ContainsKey(key);
}
