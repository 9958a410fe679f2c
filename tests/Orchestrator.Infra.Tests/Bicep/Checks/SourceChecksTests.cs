namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>The checks that read files as text.</summary>
public sealed class SourceChecksTests
{
    [Fact]
    public void Files_OneThatNobodyCalls_IsFound() => Assert.Equal(
        "infra/modules/left.bicep 'param location string': main.bicep does not lead to this file; call it as a module or remove it.",
        Broken.Find<FilesCheck>(copy => copy.Append("infra/modules/left.bicep", "param location string\n")));

    [Fact]
    public void Descriptions_AParameterWithout_IsFound() => Assert.Equal(
        "infra/modules/identity.bicep 'param name string': name has no @description; say what it is.",
        Broken.Find<DescriptionsCheck>("infra/modules/identity.bicep", "@description('Name of the identity.')\n", ""));

    [Fact]
    public void Descriptions_AnOutputWithout_IsFound() => Assert.Equal(
        "infra/modules/functionApp.bicep 'output hostName string = app.properties.defaultHostName': hostName has no @description; say what it is.",
        Broken.Find<DescriptionsCheck>("infra/modules/functionApp.bicep", "@description('Host name of the app.')\n", ""));

    [Fact]
    public void ApiVersions_APreview_IsFound() => Assert.Equal(
        "infra/modules/budget.bicep 'resource budget 'Microsoft.Consumption/budgets@2019-10-01-preview' = {': Microsoft.Consumption/budgets is made with 2019-10-01-preview, which may be "
        + "withdrawn; take a version that is no preview, or say in AllowedPreviews why there is none.",
        Broken.Find<ApiVersionsCheck>("infra/modules/budget.bicep", "budgets@2023-11-01", "budgets@2019-10-01-preview"));

    [Theory]
    [InlineData("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7 is the role 'Key Vault Secrets Officer'; name it so.")]
    [InlineData("4633458b-17de-408a-b874-0445c86b69e7", "4633458b-17de-408a-b874-0445c86b69e7 is the id of no role in BuiltInRoles.")]
    public void RoleNames_AnotherId_IsFound(string id, string finding) => Assert.Equal(
        $"infra/modules/roles.bicep 'var keyVaultSecretsUser = '{id}'': {finding}",
        Broken.Find<RoleNamesCheck>("infra/modules/roles.bicep", "'4633458b-17de-408a-b874-0445c86b69e6'", $"'{id}'"));

    [Theory]
    [InlineData("var key = account.listKeys().keys[0].value", "asks for keys with listKeys; give an identity a role, or name a secret of the key vault.")]
    [InlineData("var connection = 'AccountName=orchestrator;AccountKey=${key}'", "has AccountKey in it, which goes with a secret; give an identity a role, or name a secret of the key vault.")]
    [InlineData("var key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='", "has a text in it that looks like a key; give an identity a role, or name a secret of the key vault.")]
    [InlineData("var key = '0123456789abcdef0123456789abcdef01234567'", "has a text in it that looks like a key; give an identity a role, or name a secret of the key vault.")]
    public void Secrets_OneInAFile_IsFound(string line, string finding) => Assert.Equal(
        $"infra/modules/storage.bicep '{line}': {finding}", Broken.Find<SecretsCheck>(copy => copy.Append("infra/modules/storage.bicep", $"\n{line}\n")));

    [Fact]
    public void Exclusive_EndpointsAtTheSameTime_AreFound() => Assert.Equal(
        "infra/modules/network.bicep 'resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [': makes private endpoints at the same time, which Azure refuses now and then; put @batchSize(1) above.",
        Broken.Find<ExclusiveCheck>("infra/modules/network.bicep", "@batchSize(1)\n", ""));

    [Fact]
    public void LeftOut_AModuleThatMayFailAllTheSame_IsFound() => Assert.Equal(
        "infra/resources.bicep 'startDate: !empty(budgetStartDate) ? budgetStartDate : fail('monthlyBudget wants a budgetStartDate, such as 2026-12-01')': may fail though the module is left out; ask for monthlyBudget too.",
        Broken.Find<LeftOutCheck>("infra/resources.bicep", "startDate: monthlyBudget == 0 || !empty(budgetStartDate)", "startDate: !empty(budgetStartDate)"));

    [Fact]
    public void Parameters_AVariableThatNobodySets_IsFound() => Assert.Equal(
        "infra/main.bicepparam 'param location = readEnvironmentVariable('LOCATION')': reads the environment variable LOCATION, which azd does not set; give it a default.",
        Broken.Find<ParametersCheck>("infra/main.bicepparam", "readEnvironmentVariable('AZURE_LOCATION')", "readEnvironmentVariable('LOCATION')"));
}
