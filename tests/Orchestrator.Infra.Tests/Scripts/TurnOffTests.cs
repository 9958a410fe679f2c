using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

/// <summary>What an environment has and the values of a call leave out: provision.sh turns it off for nobody who has not said so.</summary>
public sealed class TurnOffTests : IDisposable
{
    private const string Settings = """
        Orchestrator__Access__Entra__Audience	api://orchestrator
        Orchestrator__Access__Keys__first__Key	@Microsoft.KeyVault(VaultName=kvadmin-test;SecretName=first-key)
        Orchestrator__Callbacks__SigningKey	secret:callbacks
        Orchestrator__Secrets__VaultUri	https://kv-test.vault.azure.net/
        AzureWebJobsStorage__blobServiceUri	https://sttest.blob.core.windows.net/
        TaskHubStorage__blobServiceUri	https://sthubtest.blob.core.windows.net/
        """;

    private static readonly string[] _losses =
    [
        "  ORCHESTRATOR_ENTRA_AUDIENCE    Entra ID: tokens for api://orchestrator let nobody in any more",
        "  ORCHESTRATOR_FIRST_KEY_SECRET    the first key, the secret first-key, lets nobody in any more",
        "  ORCHESTRATOR_CALLBACK_KEY_SECRET    callbacks, which the secret callbacks signs, are no longer sent",
        "  ORCHESTRATOR_USE_KEY_VAULT    the app no longer finds secrets of tasks in https://kv-test.vault.azure.net/",
        "  ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE    the task hub moves out of https://sthubtest.blob.core.windows.net/; the app is down for up to ten minutes",
        "  ORCHESTRATOR_PRIVATE_NETWORKING    storage is opened to the public network: sttest",
        "  ORCHESTRATOR_STORAGE_REDUNDANCY    storage keeps Standard_LRS copies of the data and no longer Standard_GZRS",
        "  ORCHESTRATOR_ZONE_REDUNDANT    instances are in one zone alone",
        "  ORCHESTRATOR_ALERT_EMAILS    no longer told of alerts: ada@example.com bob@example.com",
    ];

    private readonly ScriptBench _bench = new ScriptBench().InCopy().With("AZURE_ENV_NAME", "test").With("AZURE_LOCATION", "westeurope")
        .Answer("az account show*").Answer("az deployment sub *", "{}");

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Provision_ShellWithoutTheValuesOfBefore_NamesAllThatWouldBeTurnedOffAndRefuses()
    {
        HasEverything();

        var run = await _bench.RunAsync("provision.sh");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["WOULD BE TURNED OFF in test, as the values of this call leave it out. The variable that keeps it, and what is lost:", .. _losses], run.Output.Skip(2));
        Assert.Equal(
            [
                "Nothing was changed. Set the variables that keep it, all of this environment's in one shell, or give --turn-off if it is to be turned off.",
                "See provision.sh --help.",
            ],
            run.Errors);
        Assert.DoesNotContain(run.Calls, call => call.Contains("deployment", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_TurnOff_SaysWhatIsTurnedOffAndGoesOn()
    {
        HasEverything();

        var run = await _bench.RunAsync("provision.sh", "--turn-off");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["Turned off in test, as told (--turn-off):", .. _losses, "Provisioning environment test in westeurope; this takes some minutes ..."], run.Output.Skip(2).Take(11));
        Assert.Contains(run.Calls, call => call.StartsWith("az deployment sub create ", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_WhatIf_SaysWhatWouldBeRefusedAndShowsTheRest()
    {
        HasEverything();

        var run = await _bench.RunAsync("provision.sh", "--what-if");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal([.. _losses, "Without --turn-off that is refused.", "What would change in environment test, westeurope (nothing is changed now) ..."], run.Output.Skip(3).Take(11));
    }

    [BashTheory]
    [InlineData("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator")]
    [InlineData("ORCHESTRATOR_FIRST_KEY_SECRET", "first-key")]
    [InlineData("ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE", "true")]
    [InlineData("ORCHESTRATOR_PRIVATE_NETWORKING", "True")]
    [InlineData("ORCHESTRATOR_STORAGE_REDUNDANCY", "Standard_GZRS")]
    [InlineData("ORCHESTRATOR_USE_KEY_VAULT", "true")]
    [InlineData("ORCHESTRATOR_ZONE_REDUNDANT", "true")]
    [InlineData("ORCHESTRATOR_ALERT_EMAILS", "ada@example.com")]
    public async Task Provision_OneVariableIsSet_IsNotNamedAndAllOthersAre(string name, string value)
    {
        HasEverything();
        _bench.With(name, value);

        var run = await _bench.RunAsync("provision.sh");

        Assert.Equal(2, run.ExitCode);
        var others = _losses.Where(line => !line.StartsWith($"  {name} ", StringComparison.Ordinal));

        // The second account is one that this call writes only where the hub stays in it.
        Assert.Equal(name == "ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE" ? others.Select(line => line.Replace("network: sttest", "network: sttest sthubtest", StringComparison.Ordinal)) : others, run.Output.Skip(3));
    }

    [BashFact]
    public async Task Provision_AllVariablesAreSet_GoesOn()
    {
        HasEverything();
        SetEverything();

        var run = await _bench.RunAsync("provision.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.DoesNotContain(run.Output, line => line.Contains("TURNED OFF", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_FileSaysItself_IsNotNamed()
    {
        HasEverything();
        SetEverything();
        _bench.With("ORCHESTRATOR_PRIVATE_NETWORKING", "").With("ORCHESTRATOR_ENTRA_AUDIENCE", "");
        var file = _bench.Project("infra/main.bicepparam");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(
            file,
            text.Replace("bool(readEnvironmentVariable('ORCHESTRATOR_PRIVATE_NETWORKING', 'false'))", "true", StringComparison.Ordinal)
                .Replace("'ORCHESTRATOR_ENTRA_AUDIENCE', ''", "'ORCHESTRATOR_ENTRA_AUDIENCE', 'api://of-the-file'", StringComparison.Ordinal));

        var run = await _bench.RunAsync("provision.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
    }

    [BashFact]
    public async Task Provision_NothingBeyondTheDefaultsIsThere_GoesOn()
    {
        Has("AzureWebJobsStorage__blobServiceUri\thttps://sttest.blob.core.windows.net/\nTaskHubStorage__blobServiceUri\thttps://sttest.blob.core.windows.net/");
        _bench.Answer("az storage account list*", "sttest\tEnabled\tStandard_LRS\nsthubtest\tEnabled\tStandard_LRS").Answer("az appservice plan list*").Answer("az monitor action-group list*");

        var run = await _bench.RunAsync("provision.sh");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.DoesNotContain(run.Output, line => line.Contains("TURNED OFF", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_WhatIfWithRightsToReadAlone_SaysWhatIsNotComparedAndComparesTheRest()
    {
        _bench.Answer("az functionapp config appsettings list*", exitCode: 1, errors: "AuthorizationFailed");
        HasEverything();

        var run = await _bench.RunAsync("provision.sh", "--what-if");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal([], run.Errors);
        Assert.Equal("NOT COMPARED: the settings of func-test cannot be read with these rights, so what would be turned off there is not said.", run.Output[2]);
        Assert.Equal(_losses.Skip(5), run.Output.Skip(4).Take(4));
        Assert.All(
            run.Calls.Where(call => call.Contains(" storage account list ", StringComparison.Ordinal) || call.Contains(" plan list ", StringComparison.Ordinal) || call.Contains(" action-group list ", StringComparison.Ordinal)),
            call => Assert.Contains("tags.\"azd-env-name\"=='test'", call, StringComparison.Ordinal));
        Assert.Contains(run.Calls, call => call.StartsWith("az deployment sub what-if ", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_AppIsGoneAndItsDataAreThere_ComparesThose()
    {
        _bench.Answer("az functionapp list *");
        HasEverything();

        var run = await _bench.RunAsync("provision.sh");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(_losses.Skip(5), run.Output.Skip(3));
    }

    [BashFact]
    public async Task Provision_SettingsCannotBeRead_StopsBeforeAnythingIsChanged()
    {
        _bench.Answer("az functionapp config appsettings list*", exitCode: 1, errors: "AuthorizationFailed");
        HasEverything();

        var run = await _bench.RunAsync("provision.sh");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["AuthorizationFailed", "FAILED: the settings of func-test cannot be read, so what would be turned off cannot be said."], run.Errors.Take(2));
        Assert.DoesNotContain(run.Calls, call => call.Contains("deployment", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_EnvironmentIsSetInAShellWithTheValuesOfAnother_Stops()
    {
        _bench.With("AZURE_ENV_NAME", "production").With("AZURE_RESOURCE_GROUP", "rg-test").Answer("az group show --name rg-test *", "test");
        HasEverything();

        var run = await _bench.RunAsync("provision.sh", "--turn-off");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("FAILED: AZURE_RESOURCE_GROUP is rg-test, and that is the environment 'test', not production.", run.Errors[0]);
        Assert.DoesNotContain(run.Calls, call => call.Contains("deployment", StringComparison.Ordinal));
    }

    private void SetEverything() => _bench.With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator").With("ORCHESTRATOR_FIRST_KEY_SECRET", "first-key")
        .With("ORCHESTRATOR_CALLBACK_KEY_SECRET", "callbacks").With("ORCHESTRATOR_SEPARATE_TASK_HUB_STORAGE", "true").With("ORCHESTRATOR_PRIVATE_NETWORKING", "true")
        .With("ORCHESTRATOR_STORAGE_REDUNDANCY", "Standard_GZRS").With("ORCHESTRATOR_ZONE_REDUNDANT", "true").With("ORCHESTRATOR_ALERT_EMAILS", "ada@example.com");

    private void HasEverything()
    {
        Has(Settings);
        _bench.Answer("az storage account list*", "sttest\tDisabled\tStandard_GZRS\nsthubtest\tDisabled\tStandard_GZRS")
            .Answer("az appservice plan list*", "plan-test")
            .Answer("az monitor action-group list*", "bob@example.com\nada@example.com");
    }

    private void Has(string settings) => _bench.Answer("az group list*", "rg-test")
        .Answer("az functionapp list --resource-group rg-test *", "func-test")
        .Answer("az functionapp config appsettings list --resource-group rg-test --name func-test *", settings);
}
