using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>The checks that look at what would be deployed, but for those of the app.</summary>
public sealed class DeploymentChecksTests
{
    private const string Roles = "infra/modules/roles.bicep";
    private const string Alerts = "infra/modules/alerts.bicep";

    [Fact]
    public void Prediction_AResourceMadeTwice_IsFound() => Assert.Equal(
        "as it is, Microsoft.ManagedIdentity/userAssignedIdentities: is made 2 times; the last one written would win.",
        Broken.Find<PredictionCheck>("infra/resources.bicep", "module alertIdentity 'modules/identity.bicep' = {", "module again 'modules/identity.bicep' = {\n  name: 'again'\n  params: {\n    location: location\n    name: appIdentityName\n    tags: tags\n  }\n}\n\nmodule alertIdentity 'modules/identity.bicep' = {"));

    [Theory]
    [InlineData("'73c42c96-874c-492b-b04d-ab87d138a893'", "'b24988ac-6180-42a0-ab88-20f7382dd24c'", "gives 'Contributor', which nothing here needs; see RolesCheck.")]
    [InlineData("'73c42c96-874c-492b-b04d-ab87d138a893'", "'73c42c96-874c-492b-b04d-ab87d138a894'", "gives 73c42c96-874c-492b-b04d-ab87d138a894, which is the id of no role in BuiltInRoles.")]
    [InlineData("  scope: insights\n", "  scope: storage\n", "gives 'Monitoring Metrics Publisher' on Microsoft.Storage/storageAccounts; give it on a resource of type Microsoft.Insights/components.")]
    [InlineData("  scope: insights\n", "", "gives 'Monitoring Metrics Publisher' on a whole group; give it on a resource of type Microsoft.Insights/components.")]
    [InlineData("    principalType: 'ServicePrincipal'\n    description: 'Monitoring", "    description: 'Monitoring", "has no principalType; without it a new identity is not found for some minutes, and the deployment fails.")]
    public void Roles_OneThatShouldNotBe_IsFound(string text, string by, string finding) => Assert.Equal(
        $"as it is, Microsoft.Authorization/roleAssignments: {finding}", Broken.Find<RolesCheck>(Roles, text, by));

    [Theory]
    [InlineData("'orchestrator.storage.throttled'", "'orchestrator.storage.throttles'", "looks at orchestrator.storage.throttles, which the app does not measure.")]
    [InlineData("Properties['timer']", "Properties['function']", "looks at the tag function, which orchestrator.timers.late does not have.")]
    [InlineData("      | where Name == 'orchestrator.storage.throttled'\n", "", "looks at AppMetrics and names no instrument.")]
    [InlineData("union AppTraces, AppExceptions", "union AppTraces, AppErrors", "looks at the table AppErrors, which nobody fills.")]
    [InlineData("union AppTraces, AppExceptions", "print Level = 4", "looks at no table.")]
    [InlineData("oldestQueuedSeconds ?? 1800\n    window: 'PT10M'\n", "oldestQueuedSeconds ?? 1800\n    window: 'PT5M'\n", "looks back over 5 minutes every 5; what arrives late is never seen unless it looks back over twice the time.")]
    [InlineData("        actionGroups: [\n          actionGroup.id\n        ]\n", "        actionGroups: []\n", "tells nobody; name the action group.")]
    public void Alerts_OneThatCannotBeRaised_IsFound(string text, string by, string finding) => Assert.Equal(
        $"as it is, Microsoft.Insights/scheduledQueryRules: {finding}", Broken.Find<AlertsCheck>(Alerts, text, by));

    [Theory]
    [InlineData(Alerts, "docs/operations/runbook.md#storage-busy", "docs/operations/runbook.md#busy", "names the section busy of docs/operations/runbook.md, which is not there.")]
    [InlineData(Alerts, " What to do: docs/operations/runbook.md#storage-busy", "", "does not name its section of docs/operations/runbook.md.")]
    [InlineData("docs/operations/runbook.md", "## storage-busy", "## storage-is-busy", "names the section storage-busy of docs/operations/runbook.md, which is not there.")]
    public void Runbook_AnAlertThatIsNotInIt_IsFound(string file, string text, string by, string finding) => Assert.Equal(
        $"as it is, Microsoft.Insights/metricAlerts: {finding}", Broken.Find<RunbookCheck>(file, text, by));

    [Theory]
    [InlineData("infra/modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", "Microsoft.Storage/storageAccounts: has properties.allowSharedKeyAccess true; it must be false, else who has a key has everything, and nobody sees who it was.")]
    [InlineData("infra/modules/functionApp.bicep", "    httpsOnly: true\n", "", "Microsoft.Web/sites: has properties.httpsOnly not set; it must be true, else keys and tokens would travel in plain text.")]
    [InlineData("infra/modules/functionApp.bicep", "  name: 'scm'\n  properties: {\n    allow: false", "  name: 'scm'\n  properties: {\n    allow: true", "Microsoft.Web/sites/basicPublishingCredentialsPolicies: has properties.allow true; it must be false, else a password would deploy code.")]
    [InlineData("infra/modules/monitoring.bicep", "DisableLocalAuth: true", "DisableLocalAuth: false", "Microsoft.Insights/components: has properties.DisableLocalAuth false; it must be true, else who knows the connection string could send telemetry.")]
    public void Hardening_SomethingOpen_IsFound(string file, string text, string by, string finding) => Assert.Equal($"as it is, {finding}", Broken.Find<HardeningCheck>(file, text, by));

    [Fact]
    public void Names_OneThatAzureDoesNotTake_IsFound() => Assert.Equal(
        "as it is, Microsoft.OperationalInsights/workspaces: has a name that Azure does not take; it must match ^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$.",
        Broken.Find<NamesCheck>("infra/resources.bicep", "'log-${token}'", "'log_${token}'"));

    [Fact]
    public void Names_OneThatIsTooLongOnlyWithALongEnvironment_IsFound() => Assert.Equal(
        "with everything, Microsoft.ManagedIdentity/userAssignedIdentities: has a name that Azure does not take; it must match ^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$.",
        Broken.Find<NamesCheck>("infra/resources.bicep", "'id-alerts-${token}'", "'id-alerts-of-${environmentName}-${environmentName}-${environmentName}-${token}'", Scenario.Full));

    [Fact]
    public void Names_AnAppThatCouldBeTakenForAnother_IsFound() => Assert.Equal(
        "as it is, Microsoft.Web/sites: has a name of 41 characters; the host knows an app by the first 32, so two with one account could be taken for one.",
        Broken.Find<NamesCheck>(copy => copy.Replace("infra/modules/functionApp.bicep", "@maxLength(32)\n", "").Replace("infra/resources.bicep", "'func-orchestrator-${token}'", "'func-orchestrator-for-tasks-${token}'")));

    [Theory]
    [InlineData("azure.yaml", "    host: function", "    host: appservice", "azure.yaml: the service orchestrator has the host 'appservice'; it must be 'function'.")]
    [InlineData("azure.yaml", "    language: dotnet", "    language: python", "azure.yaml: the service orchestrator has the language 'python'; it must be 'dotnet'.")]
    [InlineData("azure.yaml", "src/Orchestrator.Functions", "src/Orchestrator.App", "azure.yaml: the service orchestrator has the project 'src/Orchestrator.App', in which there is none.")]
    [InlineData("azure.yaml", "  module: main", "  module: resource", "azure.yaml: the template infra/resource.bicep is not there.")]
    [InlineData("azure.yaml", "  orchestrator:\n", "  app:\n", "as it is, Microsoft.Web/sites: has the tag azd-service-name 'orchestrator'; it must be a service of azure.yaml, which are app.")]
    [InlineData("azure.yaml", "            if [ ", "            azd env set FunctionsPlatform Azure; if [ ", "azure.yaml: keeps a variable with 'azd env set'; it would come into every shell that loads azd's values.")]
    [InlineData("infra/main.bicep", "'azd-env-name'", "'azd-environment'", "as it is, Microsoft.Resources/resourceGroups: has no tag azd-env-name, by which azd finds it.")]
    public void Azd_SomethingThatItWouldNotFind_IsFound(string file, string text, string by, string finding) => Assert.Equal(finding, Broken.Find<AzdCheck>(file, text, by));
}
