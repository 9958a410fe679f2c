using System.Text.Json;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>Finds the app settings in a predicted deployment, in either of the two places where Bicep can set them.</summary>
internal static class AppSettingsReader
{
    /// <summary>Name and value of each.</summary>
    /// <exception cref="InvalidOperationException">They are set in both places, of which the second would wipe out the first, or in none.</exception>
    public static IReadOnlyDictionary<string, string> Read(JsonElement prediction)
    {
        var resources = prediction.GetProperty("predictedResources").EnumerateArray().Select(resource => new Resource(resource)).ToList();
        var within = resources.Where(resource => resource.Type == "Microsoft.Web/sites").Select(app => app.At("properties.siteConfig.appSettings")).OfType<JsonElement>()
            .Select(list => list.EnumerateArray().ToDictionary(setting => setting.GetProperty("name").GetString()!, setting => setting.GetProperty("value").ToString(), StringComparer.OrdinalIgnoreCase));
        var beside = resources.Where(resource => resource.Type == "Microsoft.Web/sites/config" && resource.Name.EndsWith("/appsettings", StringComparison.Ordinal))
            .Select(settings => settings.At("properties")!.Value.EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        return within.Concat(beside).ToList() is [var settings]
            ? settings
            : throw new InvalidOperationException("The app settings must be set in one place: within the app, or in its resource 'appsettings'.");
    }
}
