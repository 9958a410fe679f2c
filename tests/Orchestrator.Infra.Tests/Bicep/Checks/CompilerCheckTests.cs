namespace Orchestrator.Infra.Tests.Bicep.Checks;

public sealed class CompilerCheckTests
{
    [Theory]
    [InlineData("infra/main.bicep", "var serviceName = 'orchestrator'", "var serviceName = 'orchestrator", "X1")]
    [InlineData("infra/modules/storage.bicep", "name: redundancy", "name: redundance", "X2")]
    [InlineData("infra/main.bicep", "var serviceName = 'orchestrator'", "var serviceName = 'orchestrator'\nvar more = 1", "X3")]
    [InlineData("infra/modules/identity.bicep", "param name string", "param name string\n@description('More.')\nparam more string = ''", "X4")]
    [InlineData("infra/main.bicep", "var serviceName = 'orchestrator'", "var serviceName = 'orchestrator'\nvar serviceName = 'other'", "X5")]
    [InlineData("infra/resources.bicep", "    startDate: budgetStartDate\n", "", "X6")]
    [InlineData("infra/resources.bicep", "    startDate: budgetStartDate\n", "    startDate: budgetStartDate\n    endDate: budgetStartDate\n", "X7")]
    [InlineData("infra/resources.bicep", "'modules/budget.bicep'", "'modules/budgets.bicep'", "X8")]
    [InlineData("infra/main.bicep", "resources.outputs.appName", "resources.outputs.app", "X9")]
    [InlineData("infra/modules/budget.bicep", "budgets@2023-11-01", "budgets@2023-11-31", "X10")]
    [InlineData("infra/modules/storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeys: false", "X11")]
    [InlineData("infra/modules/functionApp.bicep", "reserved: true", "reserved: 'yes'", "X12")]
    [InlineData("infra/modules/keyVault.bicep", "param isPrivate bool", "param isPrivate bool\n@description('Name of the vault.')\noutput key string = storage.listKeys().keys[0].value\nresource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {\n  name: 'account'\n}\n", "X13")]
    [InlineData("infra/modules/functionApp.bicep", "param appSettings object", "param appSettings object = { key: 'abc' }", "X14")]
    [InlineData("infra/main.bicep", "  name: 'orchestrator-${environmentName}'\n", "  name: 'orchestrator-${environmentName}'\n  dependsOn: [\n    group\n  ]\n", "X15")]
    [InlineData("infra/main.bicepparam", "param location = readEnvironmentVariable('AZURE_LOCATION')\n", "", "X16")]
    [InlineData("infra/main.bicepparam", "param maximumInstanceCount = 40", "param maximumInstances = 40", "X17")]
    [InlineData("infra/main.bicepparam", "param instanceMemoryMB = 2048", "param instanceMemoryMB = 1024", "X18")]
    public void Find_BrokenCopy_SaysWhatTheCompilerSays(string file, string text, string by, string findings) =>
        Assert.Equal(findings, Broken.Find<CompilerCheck>(file, text, by));
}
