using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.Infra.Tests.Scripts;
using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Docs;

/// <summary>The commands with which the page on deployment sets the pipeline up, run with tools in the place of az and gh.</summary>
public sealed partial class PipelineSetupTests : IDisposable
{
    private const string Subscription = "00-11";
    private const string Scope = $"--assignee-principal-type ServicePrincipal --scope /subscriptions/{Subscription}";

    private readonly ScriptBench _bench = new ScriptBench().With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator")
        .Answer("gh api repos/OWNER/REPOSITORY *", "ada@1/orchestrator@2")
        .Answer("az account show --query id *", Subscription)
        .Answer("az account show --query tenantId *", "22-33")
        .Answer("az identity show *orchestrator-planner --query principalId *", "planner-principal")
        .Answer("az identity show *orchestrator-deployer --query principalId *", "deployer-principal")
        .Answer("az identity show *orchestrator-planner --query clientId *", "planner-client")
        .Answer("az identity show *orchestrator-deployer --query clientId *", "deployer-client")
        .Answer("az role definition create *", "planner-role")
        .Answer("az group create *").Answer("az identity *").Answer("az role assignment create *").Answer("gh variable set *");

    public void Dispose() => _bench.Dispose();

    [BashFact]
    public async Task Setup_EachIdentity_IsThatOfOneGitHubEnvironment() => Assert.Equal(
        [
            "--identity-name orchestrator-planner --name test-plan --issuer https://token.actions.githubusercontent.com --subject repo:ada@1/orchestrator@2:environment:test-plan",
            "--identity-name orchestrator-deployer --name test --issuer https://token.actions.githubusercontent.com --subject repo:ada@1/orchestrator@2:environment:test",
        ],
        (await FollowAsync("az identity federated-credential create --resource-group rg-deployers ")).Select(call => call.Split(" --audiences ")[0]));

    [BashFact]
    public async Task Setup_WhoPlans_MayReadAndAskAndNothingElse()
    {
        Assert.Equal(
            [$"--role Reader --assignee-object-id planner-principal {Scope}", $"--role planner-role --assignee-object-id planner-principal {Scope}"],
            (await FollowAsync("az role assignment create ")).Where(call => call.Contains("planner-principal", StringComparison.Ordinal)));
        Assert.Equal(
            ["Microsoft.Resources/deployments/validate/action", "Microsoft.Resources/deployments/whatIf/action"],
            ActionPattern().Matches(Commands()).Select(match => match.Groups["action"].Value).Order(StringComparer.Ordinal));
    }

    [BashFact]
    public async Task Setup_WhoDeploys_GivesTheRolesOfTheTemplateAndNoOthers()
    {
        var roles = (await FollowAsync("az role assignment create ")).Where(call => call.Contains("deployer-principal", StringComparison.Ordinal)).ToList();

        Assert.Equal(2, roles.Count);
        Assert.Equal($"--role Contributor --assignee-object-id deployer-principal {Scope}", roles[0]);
        Assert.StartsWith($"--role 'Role Based Access Control Administrator' --assignee-object-id deployer-principal {Scope} --condition-version 2.0 ", roles[1], StringComparison.Ordinal);
        var ids = string.Join(',', IdPattern().Matches(RepositoryFiles.Read("infra/modules/roles.bicep")).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));
        Assert.EndsWith(
            "--condition '((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
                + $" ForAnyOfAnyValues:GuidEquals {{{ids}}})) AND ((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/delete'}})) OR"
                + $" (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{ids}}}))'",
            roles[1], StringComparison.Ordinal);
    }

    [BashFact]
    public async Task Setup_Variables_AreThoseThatTheWorkflowReadsAndEachIdentityIsKnownInOneEnvironment()
    {
        var variables = (await FollowAsync("gh variable set ")).Select(call => call.Split(' ')).Select(words => (Name: words[0], Environment: words[^3])).ToList();

        Assert.Equal(
            ["AZURE_CLIENT_ID", "AZURE_LOCATION", "AZURE_PLAN_CLIENT_ID", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID"],
            VariablePattern().Matches(RepositoryFiles.Read(".github/workflows/deploy.yml")).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
        string[] common = ["AZURE_LOCATION", "AZURE_SUBSCRIPTION_ID", "AZURE_TENANT_ID", "ORCHESTRATOR_ALERT_EMAILS", "ORCHESTRATOR_DEPLOYER_PRINCIPAL_ID", "ORCHESTRATOR_ENTRA_AUDIENCE"];
        Assert.Equal(["AZURE_CLIENT_ID", .. common], NamesIn("test"));
        Assert.Equal([.. common[..1], "AZURE_PLAN_CLIENT_ID", .. common[1..]], NamesIn("test-plan"));

        IEnumerable<string> NamesIn(string environment) =>
            variables.Where(variable => variable.Environment == environment).Select(variable => variable.Name).Order(StringComparer.Ordinal);
    }

    /// <summary>Runs all commands of the section; those calls that begin so, without that.</summary>
    private async Task<IEnumerable<string>> FollowAsync(string beginning)
    {
        var run = await _bench.RunLinesAsync(Commands());
        Assert.True(run.ExitCode == 0, run.Transcript);
        return run.Calls.Where(call => call.StartsWith(beginning, StringComparison.Ordinal)).Select(call => call[beginning.Length..]);
    }

    private static string Commands()
    {
        var section = RepositoryFiles.Read("docs/how-to/deploy.md").Split("## With the pipeline\n")[1].Split("\n## ")[0];
        return string.Join('\n', BlockPattern().Matches(section).Select(match => match.Groups["lines"].Value));
    }

    [GeneratedRegex("```sh\n(?<lines>[^`]*)```", RegexOptions.NonBacktracking)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"\\""(?<action>Microsoft\.[A-Za-z/]+)\\""", RegexOptions.NonBacktracking)]
    private static partial Regex ActionPattern();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"vars\.(?<name>[A-Z_]+)", RegexOptions.NonBacktracking)]
    private static partial Regex VariablePattern();
}
