using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Configuration;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Http;

/// <summary>The route that says what the app is told, and by whom.</summary>
public sealed class ConfigFunction(SettingsCatalog settings, HostSettings host)
{
    /// <summary>Every setting with its value, default and source; secrets are masked.</summary>
    [Function(nameof(GetConfig))]
    public IActionResult GetConfig([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "config")] HttpRequest request) =>
        new JsonAnswer<ConfigView>(
            new ConfigView(
                [.. settings.List().Select(View)],
                [.. host.List().Select(View)],
                [.. settings.FindUnknown().Select(unknown => new UnknownSettingView(unknown.Key, unknown.Nearest))]),
            ApiJson.Api.ConfigView);

    private static SettingView View(EffectiveSetting setting) => new(setting.Key, setting.Value, setting.Default, setting.Source, setting.IsLive, setting.IsSecret);
}
