using System.Text.Json;
using Orchestrator.Infra.Tests.Bicep.App;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;
using Orchestrator.Infra.Tests.Files;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>
/// Every app setting that is needed is deployed. What the app's own code needs, its own check at start says of the deployed settings; what the host needs is in
/// <see cref="HostAppSettings"/>, and the connections that <c>host.json</c> names must have their settings.
/// </summary>
internal sealed class RequiredSettingsCheck : ICheck
{
    private static readonly string[] OfAConnection = ["__blobServiceUri", "__queueServiceUri", "__tableServiceUri", "__credential", "__clientId"];

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Deployments.SelectMany(Find);

    private static IEnumerable<Finding> Find(Deployment deployment)
    {
        foreach (var (setting, why) in HostAppSettings.Required.Where(required => !deployment.AppSettings.ContainsKey(required.Key)))
            yield return deployment.Finding(deployment.App, $"does not set {setting}. {why}");
        foreach (var setting in OfAConnection.Select(part => TaskHubConnection() + part).Where(setting => !HostAppSettings.Required.ContainsKey(setting) && !deployment.AppSettings.ContainsKey(setting)))
            yield return deployment.Finding(deployment.App, $"does not set {setting}, though host.json names that connection for the task hub.");
        foreach (var fault in AppUnderSettings.FindFaults(deployment.AppSettings.ToDictionary(setting => setting.Key, setting => Known(setting.Key, setting.Value))))
            yield return deployment.Finding(deployment.App, $"would not start: {fault}");
    }

    /// <summary>A value that is known only once a resource is there begins with a bracket; in its place comes one of the same kind.</summary>
    private static string Known(string setting, string value) => value.StartsWith('[')
        ? setting.EndsWith("Uri", StringComparison.OrdinalIgnoreCase) ? "https://known-later.example/" : "00000000-0000-0000-0000-000000000004"
        : value;

    private static string TaskHubConnection()
    {
        using var host = JsonDocument.Parse(RepositoryFiles.Read("host.json"));
        var provider = host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("storageProvider");
        return provider.TryGetProperty("connectionName", out var name) ? name.GetString()! : "AzureWebJobsStorage";
    }
}
