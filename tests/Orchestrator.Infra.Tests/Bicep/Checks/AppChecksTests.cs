namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>The checks of the function app and its settings.</summary>
public sealed class AppChecksTests
{
    private const string App = "infra/modules/functionApp.bicep";
    private const string LastSetting = "  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString\n";

    [Theory]
    [InlineData(LastSetting, LastSetting + "  FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'\n", "sites: sets FUNCTIONS_WORKER_RUNTIME, which Flex Consumption does not take; remove it.")]
    [InlineData("http20Enabled: true", "http20Enabled: true\n      alwaysOn: true", "sites: sets properties.siteConfig.alwaysOn, which Flex Consumption does not take; remove it.")]
    [InlineData("version: '10.0'", "version: '8.0'", "sites: has properties.functionAppConfig.runtime.version 8.0; it must be 10.0.")]
    [InlineData("kind: 'functionapp,linux'", "kind: 'functionapp'", "sites: has kind functionapp; it must be functionapp,linux.")]
    [InlineData("maximumInstanceCount: maximumInstanceCount", "maximumInstanceCount: maximumInstanceCount * 100", "sites: has no maximumInstanceCount of 1 to 1000; say how far it may scale.")]
    [InlineData("name: 'FC1'", "name: 'Y1'", "serverfarms: is no Flex Consumption plan; that has the sku FC1 of the tier FlexConsumption and is reserved (Linux).")]
    [InlineData("${packageContainer}'", "${packageContainer}s'", "sites: takes its package from a container that is not made; make that of functionAppConfig.deployment.storage.value.")]
    public void Flex_SomethingThatItDoesNotTake_IsFound(string text, string by, string finding) => Assert.Equal($"as it is, Microsoft.Web/{finding}", Broken.Find<FlexCheck>(App, text, by));

    [Theory]
    [InlineData("OTEL_SERVICE_NAME", "sets OTEL_SERVICE_NAME, which nobody reads; remove it, or say in HostAppSettings who does.")]
    [InlineData("Orchestrator__Storage__Lane", "sets Orchestrator:Storage:Lane, which the app does not read; the nearest setting is Orchestrator:Storage:Lanes.")]
    [InlineData("Orchestrator__Colour", "sets Orchestrator:Colour, which the app does not read.")]
    public void KnownSettings_OneThatNobodyReads_IsFound(string setting, string finding) => Assert.Equal(
        $"as it is, Microsoft.Web/sites: {finding}", Broken.Find<KnownSettingsCheck>(App, LastSetting, $"{LastSetting}  {setting}: '4'\n"));

    [Theory]
    [InlineData("  AzureWebJobsStorage__credential: 'managedidentity'\n", "", "does not set AzureWebJobsStorage__credential. With shared keys off, 'managedidentity' is the only way in.")]
    [InlineData("  AzureWebJobsStorage__credential: 'managedidentity'\n", "  AzureWebJobsStorage__credential: 'identity'\n", "would not start: AzureWebJobsStorage__credential is 'identity'; it must be managedidentity or workloadidentity, or not be set. Change it in the program itself, or remove it.")]
    [InlineData("  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table\n", "", "does not set AzureWebJobsStorage__tableServiceUri. The app's tables, and the histories of Durable Functions.\nwould not start: AzureWebJobsStorage__queueServiceUri or __blobServiceUri is set, but no address of tables; set AzureWebJobsStorage__tableServiceUri too, or AzureWebJobsStorage__accountName in place of all. Change it in the program itself, or remove it.")]
    [InlineData("  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'\n", "", "does not set APPLICATIONINSIGHTS_AUTHENTICATION_STRING. As which identity they do, as ingestion takes no keys.")]
    [InlineData(LastSetting, LastSetting + "  Orchestrator__Storage__Lanes: '99'\n", "would not start: Orchestrator:Storage:Lanes is '99'; it must be 1 to 16. Change it in the program itself or remove it for the default, 1.")]
    public void RequiredSettings_OneMissingOrWrong_IsFound(string text, string by, string finding) => Assert.Equal(
        finding, Broken.Find<RequiredSettingsCheck>(App, text, by).Replace("as it is, Microsoft.Web/sites: ", "", StringComparison.Ordinal));

    [Fact]
    public void RequiredSettings_AConnectionOfTheTaskHubWithout_IsFound() => Assert.Equal(
        string.Join('\n', new[] { "blobServiceUri", "queueServiceUri", "tableServiceUri", "credential", "clientId" }
            .Select(part => $"as it is, Microsoft.Web/sites: does not set OtherHub__{part}, though host.json names that connection for the task hub.")),
        Broken.Find<RequiredSettingsCheck>("host.json", "\"partitionCount\": 8", "\"partitionCount\": 8, \"connectionName\": \"OtherHub\""));
}
