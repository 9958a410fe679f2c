using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

public sealed class ProvisionTests : IDisposable
{
    private readonly ScriptBench _bench = new ScriptBench().InCopy();

    private const string FindsGroup = "az group list --tag azd-env-name=test --query [].name --output tsv";

    private string What =>
        $"--name orchestrator-test --location westeurope --template-file {_bench.Project("infra/main.bicep")} --parameters {_bench.Project("infra/main.bicepparam")}";

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Provision_EnvironmentAndLocation_DeploysAndShowsTheOutputs()
    {
        _bench.Answer("az account show*").Answer("az group list*")
            .Answer("az deployment sub create*", action: """printf '%s %s' "$AZURE_ENV_NAME" "$AZURE_LOCATION" >"$BENCH/environment" """)
            .Answer("az deployment sub show*", """{ "AZURE_RESOURCE_GROUP": { "value": "rg-test" } }""");

        var run = await _bench.RunAsync("provision.sh", "--environment", "test", "--location", "westeurope");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            [
                "az account show --output none",
                FindsGroup,
                $"az deployment sub create {What} --output none",
                "az deployment sub show --name orchestrator-test --query properties.outputs --output json",
            ],
            run.Calls);
        Assert.Equal("test westeurope", await File.ReadAllTextAsync(Path.Combine(_bench.Folder, "environment")));
        Assert.Equal(
            [
                "All else from infra/main.bicepparam.", "There is no environment test in this subscription: it is made anew.",
                "Provisioning environment test in westeurope; this takes some minutes ...", "Provisioned. What there is now:",
                """{ "AZURE_RESOURCE_GROUP": { "value": "rg-test" } }""", "Next: infra/scripts/package.sh, then infra/scripts/deploy.sh.",
            ],
            run.Output);
    }

    [BashFact]
    public async Task Provision_WhatIf_ChangesNothing()
    {
        _bench.With("AZURE_ENV_NAME", "test").With("AZURE_LOCATION", "westeurope").Answer("az account show*").Answer("az group list*")
            .Answer("az deployment sub what-if*", "+ a storage account");

        var run = await _bench.RunAsync("provision.sh", "--what-if");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["az account show --output none", FindsGroup, $"az deployment sub what-if {What} --validation-level ProviderNoRbac"], run.Calls);
        Assert.Equal(
            [
                "From the shell: AZURE_LOCATION", "All else from infra/main.bicepparam.", "What would change in environment test, westeurope (nothing is changed now) ...",
                "+ a storage account",
            ],
            run.Output);
    }

    [BashFact]
    public async Task Provision_ShellIsOfTheEnvironment_ItsValuesComeBeforeThoseOfAzd()
    {
        ShellOfTest();
        _bench.With("ORCHESTRATOR_AVAILABILITY_TEST", "").WithAzd(
            "test", "AZURE_ENV_NAME=\"test\"", "AZURE_LOCATION=\"northeurope\"", "ORCHESTRATOR_ALERT_EMAILS=\"ada@example.com, \\\"b\\$b\\\"@example.com\"",
            "ORCHESTRATOR_PRIVATE_NETWORKING=\"false\"", "ORCHESTRATOR_ZONE_REDUNDANT=\"\"");

        var (run, values) = await ProvisionAsync();

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            [
                "AZURE_ENV_NAME=test", "AZURE_LOCATION=westeurope", "ORCHESTRATOR_ALERT_EMAILS=ada@example.com, \"b$b\"@example.com",
                "ORCHESTRATOR_PRIVATE_NETWORKING=true",
            ],
            values);
        Assert.Equal(
            [
                "From the shell: AZURE_LOCATION ORCHESTRATOR_PRIVATE_NETWORKING", "From azd's environment test: ORCHESTRATOR_ALERT_EMAILS", "All else from infra/main.bicepparam.",
            ],
            run.Output.Take(3));
    }

    [BashFact]
    public async Task Provision_ShellIsOfNoEnvironment_ItsValuesCount()
    {
        ShellOfTest();
        _bench.With("AZURE_ENV_NAME", "");

        var (run, values) = await ProvisionAsync("--environment", "test");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["AZURE_ENV_NAME=test", "AZURE_LOCATION=westeurope", "ORCHESTRATOR_PRIVATE_NETWORKING=true"], values);
    }

    [BashFact]
    public async Task Provision_ShellIsOfAnotherEnvironment_TakesTheValuesOfTheNamedOne()
    {
        ShellOfTest();
        _bench.WithAzd("production", "AZURE_LOCATION=\"northeurope\"", "AZURE_SUBSCRIPTION_ID=\"00-11\"", "ORCHESTRATOR_USE_KEY_VAULT=\"true\"")
            .Answer("az account show --query id --output tsv", "00-11");

        var (run, values) = await ProvisionAsync("--environment", "production");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["AZURE_ENV_NAME=production", "AZURE_LOCATION=northeurope", "ORCHESTRATOR_USE_KEY_VAULT=true"], values);
        Assert.Equal(
            [
                "From azd's environment production: AZURE_LOCATION ORCHESTRATOR_USE_KEY_VAULT",
                "Left aside, as it is of the environment test: AZURE_LOCATION ORCHESTRATOR_PRIVATE_NETWORKING", "All else from infra/main.bicepparam.",
            ],
            run.Output.Take(3));
    }

    [BashFact]
    public async Task Provision_ShellIsOfAnotherEnvironmentAndTheNamedOneHasNoValues_Refuses()
    {
        ShellOfTest();

        var (run, _) = await ProvisionAsync("--environment", "production", "--location", "northeurope");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(
            "The shell has values of the environment test, and there are none of production: AZURE_LOCATION ORCHESTRATOR_PRIVATE_NETWORKING."
                + " Unset them, or set those of production and AZURE_ENV_NAME=production.",
            run.Errors[0]);
        Assert.Equal([], run.Calls);
    }

    [BashFact]
    public async Task Provision_ShellHasNothingButTheLocationOfAnotherEnvironment_WantsOneOfTheNamedOne()
    {
        _bench.With("AZURE_ENV_NAME", "test").With("AZURE_LOCATION", "westeurope");

        var (refused, _) = await ProvisionAsync("--environment", "production");
        var (run, values) = await ProvisionAsync("--environment", "production", "--location", "northeurope");

        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("The location is ''; give --location (or AZURE_LOCATION) a region, such as westeurope.", refused.Errors[0]);
        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["AZURE_ENV_NAME=production", "AZURE_LOCATION=northeurope"], values);
    }

    [BashFact]
    public async Task Provision_EnvironmentOfAzdInAnotherSubscription_Stops()
    {
        ShellOfTest();
        _bench.WithAzd("test", "AZURE_SUBSCRIPTION_ID=\"00-11\"").Answer("az account show --query id --output tsv", "22-33");

        var (run, _) = await ProvisionAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["FAILED: the values of test are of the subscription 00-11, and the Azure CLI is in another.", "  az account set --subscription 00-11"], run.Errors);
        Assert.DoesNotContain(run.Calls, call => call.Contains("deployment", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_ShellOfAnotherSubscription_Stops()
    {
        ShellOfTest();
        _bench.With("AZURE_SUBSCRIPTION_ID", "00-11").Answer("az account show --query id --output tsv", "22-33");

        var (run, _) = await ProvisionAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("FAILED: the values of test are of the subscription 00-11, and the Azure CLI is in another.", run.Errors[0]);
        Assert.DoesNotContain(run.Calls, call => call.Contains("deployment", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Provision_AzureRefuses_StopsAndSaysWhatToDo()
    {
        _bench.Answer("az account show*").Answer("az group list*").Answer("az deployment sub create*", exitCode: 1, errors: "AuthorizationFailed");

        var run = await _bench.RunAsync("provision.sh", "--environment", "test", "--location", "westeurope");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(3, run.Calls.Count);
        Assert.Equal(
            [
                "AuthorizationFailed", "FAILED: the deployment orchestrator-test did not succeed.",
                "  Azure's message above says why; the table at the end of docs/how-to/deploy.md has the common ones.",
                "  What was made stays. Put right what is wrong and run this again.",
            ],
            run.Errors);
    }

    [BashFact]
    public async Task Provision_NotSignedIn_SaysHowToSignIn()
    {
        _bench.Answer("az account show*", exitCode: 1);

        var run = await _bench.RunAsync("provision.sh", "--environment", "test", "--location", "westeurope");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["az account show --output none"], run.Calls);
        Assert.Equal(
            ["FAILED: the Azure CLI is not signed in.", "  Sign in with 'az login', and choose the subscription with 'az account set --subscription ID'."], run.Errors);
    }

    [BashTheory]
    [InlineData("The environment is ''; give --environment (or AZURE_ENV_NAME) a name of up to 40 letters, digits and hyphens, such as test.")]
    [InlineData("The environment is 'my test'; give --environment (or AZURE_ENV_NAME) a name of up to 40 letters, digits and hyphens, such as test.", "--environment", "my test")]
    [InlineData("The location is ''; give --location (or AZURE_LOCATION) a region, such as westeurope.", "--environment", "test")]
    [InlineData("The location is 'West Europe'; give --location (or AZURE_LOCATION) a region, such as westeurope.", "--environment", "test", "--location", "West Europe")]
    [InlineData("--location needs a value.", "--environment", "test", "--location")]
    [InlineData("There is no option or argument now.", "now")]
    public async Task Provision_CalledWrongly_RefusesBeforeAnyCall(string message, params string[] arguments)
    {
        var run = await _bench.RunAsync("provision.sh", arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal([message, "See provision.sh --help."], run.Errors);
        Assert.Equal([], run.Calls);
    }

    private void ShellOfTest() => _bench.With("AZURE_ENV_NAME", "test").With("AZURE_LOCATION", "westeurope").With("ORCHESTRATOR_PRIVATE_NETWORKING", "true");

    /// <summary>Provisions; the second is what the templates read of the environment, in order of names.</summary>
    private async Task<(ScriptRun Run, string[] Values)> ProvisionAsync(params string[] arguments)
    {
        var path = Path.Combine(_bench.Folder, "environment");
        File.Delete(path);
        _bench.Answer("az account show --output none").Answer("az group list*")
            .Answer("az deployment sub create*", action: """env | grep -E '^(AZURE_ENV_NAME|AZURE_LOCATION|ORCHESTRATOR_[A-Z_]+)=' | LC_ALL=C sort >"$BENCH/environment" """)
            .Answer("az deployment sub show*", "{}");
        var run = await _bench.RunAsync("provision.sh", arguments);
        return (run, File.Exists(path) ? await File.ReadAllLinesAsync(path) : []);
    }
}
