using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Scripts;

public sealed class DeployTests : IDisposable
{
    private const string Key = "ork_key_that_nobody_may_see";
    private const string Blobs = "--container-name packages --account-name sttest --auth-mode login --only-show-errors";
    private const string Task = """{ "id": "01M822VX9M01WX8Y841K0EEBGT", "state": "Succeeded" }""";

    /// <summary>What asks where the environment is.</summary>
    private static readonly string[] _search =
    [
        "az group list --tag azd-env-name=test --query [].name --output tsv",
        "az functionapp list --resource-group rg-test --query '[?tags.\"azd-service-name\"=='orchestrator'].[name, defaultHostName]' --output tsv",
        "az functionapp config appsettings list --resource-group rg-test --name func-test --query [?name=='AzureWebJobsStorage__blobServiceUri'].value --output tsv",
    ];

    private readonly ScriptBench _bench = new ScriptBench().InCopy();

    public DeployTests() => _bench.With("AZURE_ENV_NAME", "test").With("ORCHESTRATOR_API_KEY", Key);

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Deploy_NewPackage_KeepsItDeploysItTestsItAndNotesThatItWorked()
    {
        Target();
        Keeping(kept: "", newest: "2");
        _bench.Answer("az functionapp deployment source config-zip*");
        Works();

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal([], run.Errors);
        Assert.Equal(
            [
                "az account show --output none",
                .. _search,
                $"az storage blob list --include m --num-results * --query [?metadata.deployed].metadata.storeschema --output tsv {Blobs}",
                $"az storage blob list --include m --prefix 1.2.0.zip --query '[].[metadata.sha256 || '-', metadata.worked || '-']' --output tsv {Blobs}",
                $"az storage blob upload --name 1.2.0.zip --file {Path.Combine(_bench.Folder, "orchestrator-1.2.0.zip")} --overwrite false --no-progress --output none"
                    + $" --metadata version=1.2.0 hub=Orchestrator storeschema=2 sha256=SUM {Blobs}",
                $"az storage blob metadata update --name 1.2.0.zip --output none --metadata version=1.2.0 hub=Orchestrator storeschema=2 sha256=SUM deployed=NOW {Blobs}",
                $"az functionapp deployment source config-zip --resource-group rg-test --name func-test --src {Path.Combine(_bench.Folder, "orchestrator-1.2.0.zip")}"
                    + " --timeout 600 --output none",
                $"az storage blob metadata update --name 1.2.0.zip --output none --metadata version=1.2.0 hub=Orchestrator storeschema=2 sha256=SUM deployed=NOW worked=NOW {Blobs}",
            ],
            AzureCalls(run));
        Assert.Equal("Version 1.2.0 works in test.", run.Output[^1]);
        Assert.DoesNotContain(Key, run.Transcript, StringComparison.Ordinal);
        Assert.Equal($"header = \"X-Api-Key: {Key}\"\n", await File.ReadAllTextAsync(Path.Combine(_bench.Folder, "curl-input")));
    }

    [BashFact]
    public async Task Deploy_NewerSchemaWasDeployed_StopsBeforeAnythingIsSent()
    {
        Target();
        Keeping(kept: "", newest: "2\n3");

        var run = await _bench.RunAsync("deploy.sh", Package("1.1.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("FAILED: version 1.1.0 knows the store's schema up to 2, but a package that writes 3 was deployed here.", run.Errors[0]);
        Assert.Equal("  On an upgraded store it would refuse to start (store_schema_newer) and change nothing. Deploy a package that knows schema 3.", run.Errors[1]);
        Assert.DoesNotContain(run.Calls, call => call.Contains("config-zip", StringComparison.Ordinal) || call.Contains("metadata update", StringComparison.Ordinal)
            || call.Contains("blob upload", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Deploy_NewerSchemaIsAccepted_GoesOn()
    {
        Target();
        Keeping(kept: "", newest: "3");
        _bench.Answer("az functionapp deployment source config-zip*");

        var run = await _bench.RunAsync("deploy.sh", "--accept-store-schema", "--no-smoke-test", Package("1.1.0", schema: 2));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Contains("  the package knows schema 2; one that writes 3 was deployed. Going on, as told", run.Output);
        Assert.Equal("Not tested. Test it with: infra/scripts/smoke-test.sh --expect-version 1.1.0 https://func-test.azurewebsites.net", run.Output[^1]);
    }

    [BashFact]
    public async Task Deploy_KeptWithOtherContent_IsRefused()
    {
        Target();
        Keeping(kept: "0000\t-", newest: "2");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "FAILED: version 1.2.0 is kept already, with other content.",
                "  A version stands for one package. Deploy the kept one with: infra/scripts/rollback.sh --environment test 1.2.0",
                "  or make a new version: package.sh --version",
            ],
            run.Errors);
        Assert.DoesNotContain(run.Calls, call => call.Contains("upload", StringComparison.Ordinal) || call.Contains("config-zip", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Deploy_PackageCannotBeKept_IsNotDeployed()
    {
        Target();
        _bench.Answer("az storage blob list*", exitCode: 1, errors: "AuthorizationPermissionMismatch");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("AuthorizationPermissionMismatch", run.Errors[0]);
        Assert.Equal("FAILED: the kept packages of sttest could not be listed.", run.Errors[1]);
        Assert.Contains(run.Errors, line => line.Contains("you need the role Storage Blob Data Contributor on the container 'packages' of sttest", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Calls, call => call.Contains("config-zip", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Deploy_NoKeep_TouchesNoStorage()
    {
        Target();
        _bench.Answer("az functionapp deployment source config-zip*");
        Works();

        var run = await _bench.RunAsync("deploy.sh", "--no-keep", Package("1.2.0", schema: 2));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.DoesNotContain(run.Calls, call => call.Contains("az storage", StringComparison.Ordinal));
        Assert.Contains("The package is not kept, and the schema of the store not checked.", run.Output);
    }

    [BashFact]
    public async Task Deploy_AzureRefusesThePackage_StopsBeforeTheTest()
    {
        Target();
        Keeping(kept: "", newest: "");
        _bench.Answer("az functionapp deployment source config-zip*", exitCode: 1, errors: "BlobUploadFailedException");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(3, run.ExitCode);
        Assert.Equal(["BlobUploadFailedException", "FAILED: version 1.2.0 was not deployed, or the app does not start with it."], run.Errors.Take(2));
        Assert.DoesNotContain(run.Calls, call => call.StartsWith("curl", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Deploy_AppDoesNotWorkAfterIt_SaysHowToGoBackAndDoesNotNoteThatItWorked()
    {
        Target();
        Keeping(kept: "", newest: "2");
        _bench.Answer("az functionapp deployment source config-zip*")
            .AnswerHttp("/api/health/live", 200, """{ "version": "1.2.0" }""")
            .AnswerHttp("/api/health/ready", 200, "{}")
            .AnswerHttp("/api/tasks", 400, """{ "code": "invalid", "detail": "No such type." }""");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(3, run.ExitCode);
        Assert.Equal("FAILED: the task was not accepted: status 400, code invalid: No such type.", run.Errors[0]);
        Assert.Equal(
            ["FAILED: version 1.2.0 is deployed and does not work.", "  Back to the version before: infra/scripts/rollback.sh --environment test"], run.Errors.TakeLast(2));
        Assert.DoesNotContain(run.Calls, call => call.Contains("worked=", StringComparison.Ordinal));
    }

    [BashTheory]
    [InlineData(401, "the app does not know the caller")]
    [InlineData(403, "the caller may not submit tasks")]
    public async Task Deploy_CredentialIsNotTaken_SaysThatItIsNotTestedAndKeepsWhatWasNoted(int status, string message)
    {
        Target();
        var package = Package("1.2.0", schema: 2);
        Keeping(kept: KeptAs(package, worked: "2026-11-18T10:05:00Z"), newest: "2");
        _bench.Answer("az functionapp deployment source config-zip*")
            .AnswerHttp("/api/health/live", 200, """{ "version": "1.2.0" }""")
            .AnswerHttp("/api/health/ready", 200, "{}")
            .AnswerHttp("/api/tasks", status, """{ "code": "unauthorized" }""");

        var run = await _bench.RunAsync("deploy.sh", package);

        Assert.Equal(4, run.ExitCode);
        Assert.Equal($"FAILED: {message}: status {status}, code unauthorized.", run.Errors[0]);
        Assert.Equal(
            [
                "FAILED: version 1.2.0 is deployed, and not tested: the app does not take the key or token.",
                "  That is no reason to go back. Set another one, or let who deploys in (docs/operations/access.md), and run this again: the package is kept already.",
            ],
            run.Errors.TakeLast(2));
        Assert.EndsWith($" deployed=NOW worked=NOW {Blobs}", Assert.Single(AzureCalls(run), call => call.Contains("metadata update", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [BashFact]
    public async Task Deploy_KeyIsNoKey_SaysThatItIsNotTested()
    {
        Target();
        _bench.With("ORCHESTRATOR_API_KEY", "two\nlines").Answer("az functionapp deployment source config-zip*");

        var run = await _bench.RunAsync("deploy.sh", "--no-keep", Package("1.2.0", schema: 2));

        Assert.Equal(4, run.ExitCode);
        Assert.Equal("The key or token holds a line break or another control character; set it anew.", run.Errors[0]);
        Assert.DoesNotContain(run.Errors, line => line.Contains("rollback.sh", StringComparison.Ordinal));
    }

    [BashFact]
    public async Task Deploy_WhatWorkedOnceFailsItsTest_IsNoLongerNotedAsWorking()
    {
        Target();
        var package = Package("1.2.0", schema: 2);
        Keeping(kept: KeptAs(package, worked: "2026-11-18T10:05:00Z"), newest: "2");
        _bench.Answer("az functionapp deployment source config-zip*")
            .AnswerHttp("/api/health/live", 200, """{ "version": "1.2.0" }""")
            .AnswerHttp("/api/health/ready", 200, "{}")
            .AnswerHttp("/api/tasks", 400, "{}");

        var run = await _bench.RunAsync("deploy.sh", package);

        Assert.Equal(3, run.ExitCode);
        Assert.Equal(
            [$" deployed=NOW worked=NOW {Blobs}", $" deployed=NOW {Blobs}"],
            AzureCalls(run).Where(call => call.Contains("metadata update", StringComparison.Ordinal)).Select(call => call.Split("sha256=SUM")[1]));
    }

    [BashFact]
    public async Task Deploy_WorksAndCannotBeNoted_IsNoReasonToGoBack()
    {
        Target();
        _bench.Answer("az storage blob metadata update*worked=*", exitCode: 1, errors: "AuthorizationPermissionMismatch").Answer("az functionapp deployment source config-zip*");
        Keeping(kept: "", newest: "2");
        Works();

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(4, run.ExitCode);
        Assert.Equal("FAILED: version 1.2.0 works, but that could not be noted at its package: a rollback would not choose it by itself.", run.Errors[1]);
    }

    [BashTheory]
    [InlineData("deploy.sh")]
    [InlineData("rollback.sh")]
    public async Task Deploy_KeyAndToken_RefusesBeforeAnyCall(string script)
    {
        _bench.With("ORCHESTRATOR_TOKEN", "token-that-nobody-may-see").With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator");

        var run = await _bench.RunAsync(script, script == "deploy.sh" ? Package("1.2.0", schema: 2) : "1.2.0");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["ORCHESTRATOR_API_KEY and ORCHESTRATOR_TOKEN are both set; unset one.", $"See {script} --help."], run.Errors);
        Assert.Equal([], run.Calls);
    }

    [BashFact]
    public async Task Deploy_KeyOfAnotherEnvironment_IsLeftAside()
    {
        var run = await _bench.RunAsync("deploy.sh", "--environment", "production", Package("1.2.0", schema: 2));

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("Left aside, as it is of the environment test: ORCHESTRATOR_API_KEY", run.Output[0]);
        Assert.StartsWith("The smoke test has neither key nor token: ", run.Errors[0], StringComparison.Ordinal);
        Assert.Equal([], run.Calls);
    }

    [BashFact]
    public async Task Deploy_TokenOfBeforeAndAudience_FetchesANewOne()
    {
        _bench.With("ORCHESTRATOR_TOKEN", "token-that-has-run-out");

        await DeployWithTokenAsync("token-that-is-new");
    }

    [BashFact]
    public async Task Deploy_AudienceInPlaceOfAKey_TestsWithATokenOfTheAzureCli()
    {
        var run = await DeployWithTokenAsync("token-that-nobody-may-see");

        Assert.DoesNotContain("token-that-nobody-may-see", run.Transcript, StringComparison.Ordinal);
    }

    [BashFact]
    public async Task Deploy_NothingToTestWith_RefusesBeforeAnyCall()
    {
        _bench.With("ORCHESTRATOR_API_KEY", "");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(
            [
                "The smoke test has neither key nor token: set ORCHESTRATOR_API_KEY, ORCHESTRATOR_TOKEN or ORCHESTRATOR_ENTRA_AUDIENCE, or give --no-smoke-test.",
                "See deploy.sh --help.",
            ],
            run.Errors);
        Assert.Equal([], run.Calls);
    }

    [BashFact]
    public async Task Deploy_TokenCannotBeHad_SendsNothing()
    {
        Target();
        _bench.With("ORCHESTRATOR_API_KEY", "").With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator")
            .Answer("az account get-access-token*", exitCode: 1, errors: "AADSTS700024");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["AADSTS700024", "FAILED: there is no token for api://orchestrator to test the app with, so nothing is sent."], run.Errors.Take(2));
        Assert.Equal("az account get-access-token --resource api://orchestrator --query accessToken --output tsv", run.Calls[^1]);
    }

    [BashTheory]
    [InlineData("2.87.0", 2)]
    [InlineData("1.99.9", 2)]
    [InlineData("2.88.0", 1)]
    [InlineData("2.100.1", 1)]
    [InlineData("3.0.0b1", 1)]
    [InlineData("", 1)]
    public async Task Deploy_VersionOfTheAzureCli_IsRefusedWhereItIsTooOld(string version, int exitCode)
    {
        _bench.WithAz(version).Answer("az account show*", exitCode: 1);

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(exitCode, run.ExitCode);
        if (exitCode == 2)
            Assert.Equal([$"The Azure CLI is {version}; 2.88 or newer is needed. Renew it with 'az upgrade'.", "See deploy.sh --help."], run.Errors);
        else
            Assert.Equal("FAILED: the Azure CLI is not signed in.", run.Errors[0]);
    }

    [BashFact]
    public async Task Deploy_NothingIsProvisioned_SaysWhatToDo()
    {
        _bench.Answer("az account show*").Answer("az group list*");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "FAILED: there is no environment test in this subscription, or you may not see it.",
                "  Provision it first: infra/scripts/provision.sh --environment test --location REGION", "  Is this the right subscription? az account show",
            ],
            run.Errors);
        Assert.Equal(2, run.Calls.Count);
    }

    [BashFact]
    public async Task Deploy_SeveralGroupsAreTheEnvironment_AsksWhichItIs()
    {
        _bench.Answer("az account show*").Answer("az group list*", "rg-one\nrg-two");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            ["FAILED: several resource groups say that they are the environment test: rg-one rg-two", "  Say which it is: export AZURE_RESOURCE_GROUP=NAME"], run.Errors);
    }

    [BashFact]
    public async Task Deploy_GroupWithoutApp_SaysToProvision()
    {
        _bench.Answer("az account show*").Answer("az group list*", "rg-test").Answer("az functionapp list*");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("FAILED: the resource group rg-test has no function app with the tag azd-service-name=orchestrator.", run.Errors[0]);
    }

    [BashFact]
    public async Task Deploy_NamesComeFromAzd_NothingIsLookedFor()
    {
        NamesOfAzd();
        _bench.Answer("az functionapp deployment source config-zip*");

        var run = await _bench.RunAsync("deploy.sh", "--environment", "test", "--no-keep", "--no-smoke-test", Package("1.2.0", schema: 2));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("Environment test: func-azd in rg-azd, https://func-azd.azurewebsites.net", run.Output[0]);
        Assert.Equal(["az account show --output none", "az group show --name rg-azd --query tags.\"azd-env-name\" --output tsv"], run.Calls.Take(2));
        Assert.Equal(3, run.Calls.Count);
        Assert.StartsWith("az functionapp deployment source config-zip --resource-group rg-azd --name func-azd ", run.Calls[2], StringComparison.Ordinal);
    }

    [BashFact]
    public async Task Deploy_GroupOfTheShellCannotBeRead_SaysSo()
    {
        _bench.With("AZURE_RESOURCE_GROUP", "rg-test").Answer("az account show*").Answer("az group show --name rg-test *", exitCode: 3, errors: "ResourceGroupNotFound");

        var run = await _bench.RunAsync("deploy.sh", Package("1.2.0", schema: 2));

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["ResourceGroupNotFound", "FAILED: the resource group rg-test cannot be read.", "  Is this the right subscription? az account show"], run.Errors);
    }

    [BashTheory]
    [InlineData("deploy.sh")]
    [InlineData("rollback.sh")]
    public async Task Deploy_EnvironmentIsSetInAShellWithTheNamesOfAnother_IsRefusedBeforeAnythingIsSent(string script)
    {
        NamesOfAzd();
        _bench.With("AZURE_ENV_NAME", "production");

        var run = await _bench.RunAsync(script, script == "deploy.sh" ? Package("1.2.0", schema: 2) : "1.2.0");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            [
                "FAILED: AZURE_RESOURCE_GROUP is rg-azd, and that is the environment 'test', not production.",
                "  The shell has values of another environment. Open another shell and set those of production; never change AZURE_ENV_NAME in a shell.",
            ],
            run.Errors);
        Assert.Equal(2, run.Calls.Count);
    }

    [BashFact]
    public async Task Deploy_OtherEnvironmentThanThatOfAzd_IsLookedForAndTheNamesOfAzdAreNotTaken()
    {
        NamesOfAzd();
        _bench.Answer("az group list --tag azd-env-name=production *", "rg-production")
            .Answer("az functionapp list --resource-group rg-production *", "func-production\tfunc-production.azurewebsites.net")
            .Answer("az functionapp config appsettings list*", "https://stproduction.blob.core.windows.net/")
            .Answer("az functionapp deployment source config-zip*");

        var run = await _bench.RunAsync("deploy.sh", "--environment", "production", "--no-keep", "--no-smoke-test", Package("1.2.0", schema: 2));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("Environment production: func-production in rg-production, https://func-production.azurewebsites.net", run.Output[0]);
        Assert.StartsWith("az functionapp deployment source config-zip --resource-group rg-production --name func-production ", run.Calls[^1], StringComparison.Ordinal);
    }

    [BashTheory]
    [InlineData("deploy.sh")]
    [InlineData("rollback.sh")]
    public async Task Deploy_AudienceOfAnotherEnvironment_IsLeftAsideForThatOfTheNamedOne(string script)
    {
        var package = Package("1.2.0", schema: 2);
        _bench.With("ORCHESTRATOR_API_KEY", "").With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://of-test").WithAzd("production", "ORCHESTRATOR_ENTRA_AUDIENCE=\"api://of-production\"")
            .Answer("az account get-access-token --resource api://of-production --query accessToken --output tsv", "token-that-nobody-may-see")
            .Answer("az storage blob list*metadata.left*")
            .Answer("az storage blob download*", action: $$"""while [ $# -gt 0 ]; do if [ "$1" = --file ]; then cp '{{package}}' "$2"; fi; shift; done""")
            .Answer("az functionapp deployment source config-zip*");
        Target();
        Keeping(kept: "", newest: "2");
        Works();

        var run = await _bench.RunAsync(script, "--environment", "production", script == "deploy.sh" ? package : "1.2.0");

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal("Left aside, as it is of the environment test: ORCHESTRATOR_ENTRA_AUDIENCE", run.Output[0]);
        Assert.Contains("Fetching a token for api://of-production ...", run.Output);
        Assert.Equal("Version 1.2.0 works in production.", run.Output[^1]);
    }

    [BashFact]
    public async Task Deploy_AudienceOfAnotherEnvironmentAndNoOther_IsRefusedBeforeAnyCall()
    {
        _bench.With("ORCHESTRATOR_API_KEY", "").With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://of-test");

        var run = await _bench.RunAsync("deploy.sh", "--environment", "production", Package("1.2.0", schema: 2));

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("The smoke test has neither key nor token: set ORCHESTRATOR_API_KEY, ORCHESTRATOR_TOKEN or ORCHESTRATOR_ENTRA_AUDIENCE, or give --no-smoke-test.", run.Errors[0]);
        Assert.Equal([], run.Calls);
    }

    [BashTheory]
    [InlineData("The package is missing.")]
    [InlineData("There is no file none.zip. Make one with package.sh.", "none.zip")]
    [InlineData("There is no option --force.", "--force")]
    [InlineData("Two packages are given; one is needed.", "one.zip", "two.zip")]
    public async Task Deploy_CalledWrongly_RefusesBeforeAnyCall(string message, params string[] arguments)
    {
        var run = await _bench.RunAsync("deploy.sh", arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal([message, "See deploy.sh --help."], run.Errors);
        Assert.Equal([], run.Calls);
    }

    [BashFact]
    public async Task Deploy_ZipIsNoPackage_IsRefused()
    {
        var package = _bench.Package("1.2.0", "version=1.2.0\n");

        var run = await _bench.RunAsync("deploy.sh", package);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal([$"release.txt in {package} does not say version, hub and storeSchema.", "See deploy.sh --help."], run.Errors);
        Assert.Equal([], run.Calls);
    }

    /// <summary>The calls of az, with times and hashes named.</summary>
    private static IEnumerable<string> AzureCalls(ScriptRun run) => run.Calls
        .Where(call => call.StartsWith("az ", StringComparison.Ordinal))
        .Select(call => string.Join(' ', call.Split(' ').Select(word => word.Split('=') switch
        {
            ["sha256", { Length: 64 }] => "sha256=SUM",
            [("deployed" or "worked") and var name, [.., 'Z']] => $"{name}=NOW",
            _ => word,
        })));

    private string Package(string version, int schema) => _bench.Package(version, $"version={version}\nhub=Orchestrator\nstoreSchema={schema}\n");

    private void NamesOfAzd() => _bench.With("AZURE_RESOURCE_GROUP", "rg-azd").With("AZURE_FUNCTION_APP_NAME", "func-azd").With("AZURE_STORAGE_ACCOUNT_NAME", "stazd")
        .With("AZURE_FUNCTION_APP_URL", "https://func-azd.azurewebsites.net")
        .Answer("az account show*")
        .Answer("az group show --name rg-azd *", "test");

    /// <summary>Bash for what <see cref="Keeping"/> is to say of a package that is kept.</summary>
    private static string KeptAs(string package, string worked = "-") => $"$(sha256sum <'{package}' | cut -d ' ' -f 1)\t{worked}";

    /// <summary>Deploys without a key; the smoke test comes in with the token that the Azure CLI gives then.</summary>
    private async Task<ScriptRun> DeployWithTokenAsync(string token)
    {
        Target();
        _bench.With("ORCHESTRATOR_API_KEY", "").With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator")
            .Answer("az functionapp deployment source config-zip*")
            .Answer("az account get-access-token --resource api://orchestrator --query accessToken --output tsv", token);
        Works();

        var run = await _bench.RunAsync("deploy.sh", "--no-keep", Package("1.2.0", schema: 2));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal($"header = \"Authorization: Bearer {token}\"\n", await File.ReadAllTextAsync(Path.Combine(_bench.Folder, "curl-input")));
        return run;
    }

    private void Target() => _bench.Answer("az account show*")
        .Answer("az group list*", "rg-test")
        .Answer("az functionapp list*", "func-test\tfunc-test.azurewebsites.net")
        .Answer("az functionapp config appsettings list*", "https://sttest.blob.core.windows.net/");

    /// <param name="kept">The hash of the package that is kept under that version, a tab, and when it worked; empty: none.</param>
    /// <param name="newest">Schemas of the packages that were deployed.</param>
    private void Keeping(string kept, string newest) => _bench
        .Answer("az storage blob list*--prefix*", action: $"echo \"{kept}\"")
        .Answer("az storage blob list*storeschema*", newest)
        .Answer("az storage blob upload*")
        .Answer("az storage blob metadata update*");

    private void Works(string version = "1.2.0") => _bench
        .AnswerHttp("/api/health/live", 200, $$"""{ "version": "{{version}}" }""")
        .AnswerHttp("/api/health/ready", 200, "{}")
        .AnswerHttp("/api/tasks", 202, Task)
        .AnswerHttp("/api/tasks/*wait=20", 200, Task)
        .AnswerHttp("/api/tasks/*/events", 200, """{ "events": [{ "type": "Submitted" }, { "type": "Started" }, { "type": "Succeeded" }] }""");
}
