using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>
/// The plan is Flex Consumption, and what it does not take is not set. Source: "Flex Consumption plan deprecations" of the reference of app settings for Azure
/// Functions.
/// </summary>
internal sealed class FlexCheck : ICheck
{
    private static readonly string[] ForbiddenSettings =
    [
        "AzureWebJobsDashboard", "ENABLE_ORYX_BUILD", "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_MAX_HTTP_CONCURRENCY", "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED",
        "FUNCTIONS_WORKER_PROCESS_COUNT", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_RUNTIME_VERSION", "SCM_DO_BUILD_DURING_DEPLOYMENT", "TZ",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTOVERVNET", "WEBSITE_CONTENTSHARE", "WEBSITE_DNS_SERVER", "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
        "WEBSITE_MOUNT_ENABLED", "WEBSITE_NODE_DEFAULT_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_SKIP_CONTENTSHARE_VALIDATION", "WEBSITE_TIME_ZONE",
        "WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED", "WEBSITE_VNET_ROUTE_ALL", "WEBSITES_CONTAINER_START_TIME_LIMIT",
    ];

    private static readonly string[] ForbiddenProperties =
    [
        "properties.isXenon", "properties.containerSize", "properties.siteConfig.alwaysOn", "properties.siteConfig.use32BitWorkerProcess", "properties.siteConfig.windowsFxVersion",
        "properties.siteConfig.linuxFxVersion", "properties.siteConfig.netFrameworkVersion", "properties.siteConfig.functionAppScaleLimit",
        "properties.siteConfig.minimumElasticInstanceCount", "properties.siteConfig.preWarmedInstanceCount", "properties.siteConfig.scmType", "properties.siteConfig.ftpsState",
    ];

    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["kind"] = ["functionapp,linux"],
        ["properties.functionAppConfig.runtime.name"] = ["dotnet-isolated"],
        // The version of the runtime that the app is built for.
        ["properties.functionAppConfig.runtime.version"] = [Environment.Version.ToString(2)],
        ["properties.functionAppConfig.deployment.storage.type"] = ["blobContainer"],
        ["properties.functionAppConfig.deployment.storage.authentication.type"] = ["UserAssignedIdentity"],
        ["properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB"] = ["512", "2048", "4096"],
    };

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Deployments.SelectMany(Find);

    private static IEnumerable<Finding> Find(Deployment deployment)
    {
        var app = deployment.App;
        foreach (var setting in deployment.AppSettings.Keys.Intersect(ForbiddenSettings, StringComparer.OrdinalIgnoreCase))
            yield return deployment.Finding(app, $"sets {setting}, which Flex Consumption does not take; remove it.");
        foreach (var property in ForbiddenProperties.Where(property => app.At(property) is not null))
            yield return deployment.Finding(app, $"sets {property}, which Flex Consumption does not take; remove it.");
        foreach (var (property, values) in Required.Where(rule => !rule.Value.Contains(app.Text(rule.Key))))
            yield return deployment.Finding(app, $"has {property} {app.Text(property) ?? "not set"}; it must be {string.Join(" or ", values)}.");
        if (!int.TryParse(app.Text("properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount"), out var most) || most is < 1 or > 1000)
            yield return deployment.Finding(app, "has no maximumInstanceCount of 1 to 1000; say how far it may scale.");
        foreach (var plan in deployment.Of("Microsoft.Web/serverfarms").Where(plan => (plan.Text("sku.name"), plan.Text("sku.tier"), plan.Text("properties.reserved")) != ("FC1", "FlexConsumption", "true")))
            yield return deployment.Finding(plan, "is no Flex Consumption plan; that has the sku FC1 of the tier FlexConsumption and is reserved (Linux).");
        if (!HasPackageContainer(deployment, app))
            yield return deployment.Finding(app, "takes its package from a container that is not made; make that of functionAppConfig.deployment.storage.value.");
    }

    private static bool HasPackageContainer(Deployment deployment, Resource app) =>
        app.Text("properties.functionAppConfig.deployment.storage.value") is { } address
        && deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers").Any(container => address.TrimEnd(']', ')', '\'').EndsWith(container.Name.Split('/')[^1], StringComparison.Ordinal));
}
