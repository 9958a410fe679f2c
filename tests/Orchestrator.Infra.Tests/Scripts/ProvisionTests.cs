using Orchestrator.Infra.Tests.Files;
using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

public sealed class ProvisionTests : IDisposable
{
    private static readonly string _what =
        $"--name orchestrator-test --location westeurope --template-file {RepositoryFiles.PathOf("infra/main.bicep")} --parameters {RepositoryFiles.PathOf("infra/main.bicepparam")}";

    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Provision_EnvironmentAndLocation_DeploysAndShowsTheOutputs()
    {
        _bench.Answer("az account show*")
            .Answer("az deployment sub create*", action: """printf '%s %s' "$AZURE_ENV_NAME" "$AZURE_LOCATION" >"$BENCH/environment" """)
            .Answer("az deployment sub show*", """{ "AZURE_RESOURCE_GROUP": { "value": "rg-test" } }""");

        var run = await _bench.RunAsync("provision.sh", "--environment", "test", "--location", "westeurope");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            [
                "az account show --output none",
                $"az deployment sub create {_what} --output none",
                "az deployment sub show --name orchestrator-test --query properties.outputs --output json",
            ],
            run.Calls);
        Assert.Equal("test westeurope", await File.ReadAllTextAsync(Path.Combine(_bench.Folder, "environment")));
        Assert.Equal(
            [
                "Provisioning environment test in westeurope; this takes some minutes ...", "Provisioned. What there is now:",
                """{ "AZURE_RESOURCE_GROUP": { "value": "rg-test" } }""", "Next: infra/scripts/package.sh, then infra/scripts/deploy.sh.",
            ],
            run.Output);
    }

    [BashFact]
    public async Task Provision_WhatIf_ChangesNothing()
    {
        _bench.With("AZURE_ENV_NAME", "test").With("AZURE_LOCATION", "westeurope").Answer("az account show*").Answer("az deployment sub what-if*", "+ a storage account");

        var run = await _bench.RunAsync("provision.sh", "--what-if");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(["az account show --output none", $"az deployment sub what-if {_what} --validation-level ProviderNoRbac"], run.Calls);
        Assert.Equal(["What would change in environment test, westeurope (nothing is changed now) ...", "+ a storage account"], run.Output);
    }

    [BashFact]
    public async Task Provision_AzureRefuses_StopsAndSaysWhatToDo()
    {
        _bench.Answer("az account show*").Answer("az deployment sub create*", exitCode: 1, errors: "AuthorizationFailed");

        var run = await _bench.RunAsync("provision.sh", "--environment", "test", "--location", "westeurope");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(2, run.Calls.Count);
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
}
