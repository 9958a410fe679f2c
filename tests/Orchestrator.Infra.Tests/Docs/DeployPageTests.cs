using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.Infra.Tests.Scripts;
using Orchestrator.TestKit.Processes;

namespace Orchestrator.Infra.Tests.Docs;

/// <summary>What the page on deployment names is there, and what there is to say it says.</summary>
public sealed partial class DeployPageTests
{
    private const string Folder = "docs/how-to";

    private static readonly string _page = RepositoryFiles.Read($"{Folder}/deploy.md");

    [Fact]
    public void Page_Parameters_AreThoseOfTheParameterFile() => Assert.Equal(
        Names(VariablePattern().Matches(RepositoryFiles.Read("infra/main.bicepparam"))),
        Names(RowPattern().Matches(Section("Parameters"))));

    [Fact]
    public void Page_Outputs_AreThoseOfTheTemplate()
    {
        var outputs = Names(OutputPattern().Matches(RepositoryFiles.Read("infra/main.bicep")));

        Assert.All(Names(UsedOutputPattern().Matches(_page)), name => Assert.Contains(name, outputs));
        Assert.Equal(
            ["AZURE_FUNCTION_APP_NAME", "AZURE_FUNCTION_APP_URL", "AZURE_RESOURCE_GROUP", "AZURE_STORAGE_ACCOUNT_NAME"],
            Names(ScriptOutputPattern().Matches(RepositoryFiles.Read("infra/scripts/common.sh"))).Where(outputs.Contains));
    }

    [Fact]
    public void Page_Files_AreThere() => Assert.All(
        Names(FilePattern().Matches(_page)), path => Assert.True(File.Exists(RepositoryFiles.PathOf(path)) || Directory.Exists(RepositoryFiles.PathOf(path)), $"There is no {path}."));

    [Fact]
    public void Page_Links_LeadToHeadings() => Assert.All(LinkPattern().Matches(_page), link =>
    {
        var (path, heading) = (link.Groups["path"].Value, link.Groups["heading"].Value);
        var target = path.Length == 0 ? $"{Folder}/deploy.md" : $"{Folder}/{path}";
        Assert.True(File.Exists(RepositoryFiles.PathOf(target)), $"There is no {target}.");
        if (heading.Length > 0)
            Assert.Contains(heading, RepositoryFiles.Read(target).Split('\n').Where(line => line.StartsWith('#')).Select(Anchor));
    });

    [BashFact]
    public async Task Page_Commands_AreBash()
    {
        using var bench = new ScriptBench();

        // A function that is not called: it is read, and not run.
        var blocks = BlockPattern().Matches(_page).Select((match, index) => $"block{index}() {{\n{match.Groups["lines"].Value}\n}}");
        var run = await bench.RunLinesAsync(string.Join('\n', blocks));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal([], run.Calls);
    }

    [BashFact]
    public async Task Page_DeletingEverything_TakesRolesBeforeTheIdentitiesThatHaveThem()
    {
        using var bench = new ScriptBench();
        bench.Answer("az storage account list *", "stone\nsttwo").Answer("az identity show *orchestrator-planner *", "planner").Answer("az identity show *orchestrator-deployer *", "deployer")
            .Answer("az role assignment list --all *'planner'*", "role-1\nrole-2").Answer("az role assignment list --all *'deployer'*", "role-3")
            .Answer("*");

        var run = await bench.RunLinesAsync(string.Join('\n', BlockPattern().Matches(Section("Delete everything")).Select(match => match.Groups["lines"].Value)));

        Assert.True(run.ExitCode == 0, run.Transcript);
        Assert.Equal(
            [
                "az lock delete --name keep --resource-group rg-test --resource-type Microsoft.Storage/storageAccounts --resource stone",
                "az lock delete --name keep --resource-group rg-test --resource-type Microsoft.Storage/storageAccounts --resource sttwo",
                "az group delete --name rg-test", "az deployment sub delete --name orchestrator-test", "az ad app delete --id APPID", "az role assignment delete --ids role-1",
                "az role assignment delete --ids role-2", "az role assignment delete --ids role-3", "az role definition delete --name 'Orchestrator what-if'",
                "az group delete --name rg-deployers", "gh api --method DELETE repos/OWNER/REPOSITORY/environments/test",
            ],
            run.Calls.Where(call => call.Contains("delete ", StringComparison.OrdinalIgnoreCase)));
    }

    [BashTheory]
    [InlineData(0, "ORCHESTRATOR_API_KEY: ")]
    [InlineData(1, "ORCHESTRATOR_ENTRA_AUDIENCE: ")]
    public async Task Page_SeeingThatItWorks_WithoutWhatItTakes_AsksForNoTokenOfSomethingElse(int block, string missing)
    {
        using var bench = new ScriptBench();
        bench.With("AZURE_ENV_NAME", "test").With("ORCHESTRATOR_API_KEY", "").With("ORCHESTRATOR_ENTRA_AUDIENCE", "").Answer("*");

        var run = await bench.RunLinesAsync(SeeingThatItWorks(block));

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(missing, Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.Equal([], run.Calls);
    }

    [BashTheory]
    [InlineData(0, "X-Api-Key: ork_key")]
    [InlineData(1, "Authorization: Bearer new-token")]
    public async Task Page_SeeingThatItWorks_ShowsOneOfKeyAndToken(int block, string header)
    {
        using var bench = new ScriptBench();
        bench.With("AZURE_ENV_NAME", "test").With("ORCHESTRATOR_API_KEY", "ork_key").With("ORCHESTRATOR_TOKEN", "old-token").With("ORCHESTRATOR_ENTRA_AUDIENCE", "api://orchestrator")
            .Answer("az account get-access-token --resource api://orchestrator *", "new-token")
            .Answer("az functionapp list --resource-group rg-test *", "func-test.azurewebsites.net")
            .AnswerHttp("/api/health/*", 200, "{}").AnswerHttp("/api/tasks", 401, "{}");

        var run = await bench.RunLinesAsync(SeeingThatItWorks(block));

        Assert.True(run.ExitCode == 4, run.Transcript);
        Assert.Equal($"header = \"{header}\"\n", await File.ReadAllTextAsync(Path.Combine(bench.Folder, "curl-input")));
    }

    [Fact]
    public void Page_Roles_AreThoseOfTheTemplate() => Assert.All(
        Names(RolePattern().Matches(RepositoryFiles.Read("infra/modules/roles.bicep"))), role => Assert.Contains(role, _page, StringComparison.Ordinal));

    private static string SeeingThatItWorks(int block) => BlockPattern().Matches(Section("See that it works"))[block].Groups["lines"].Value;

    private static string Section(string heading) => _page.Split($"## {heading}\n")[1].Split("\n## ")[0];

    private static string Anchor(string line) => NoAnchorPattern().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string[] Names(MatchCollection matches) => [.. matches.Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>[A-Z_]+)'", RegexOptions.NonBacktracking)]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"\| `(?<name>[A-Z_]+)` \|", RegexOptions.NonBacktracking)]
    private static partial Regex RowPattern();

    [GeneratedRegex("output (?<name>[A-Z_]+) ", RegexOptions.NonBacktracking)]
    private static partial Regex OutputPattern();

    [GeneratedRegex(@"(?:outputs\.|get-value )(?<name>[A-Z_]+)", RegexOptions.NonBacktracking)]
    private static partial Regex UsedOutputPattern();

    [GeneratedRegex(@"=\$\{(?<name>AZURE_[A-Z_]+):-\}", RegexOptions.NonBacktracking)]
    private static partial Regex ScriptOutputPattern();

    [GeneratedRegex(@"(?<name>(?:infra|\.github|src)/[A-Za-z0-9./-]*[A-Za-z0-9])", RegexOptions.NonBacktracking)]
    private static partial Regex FilePattern();

    [GeneratedRegex(@"\]\((?<path>[a-z./-]*\.md)?(?:#(?<heading>[^)]+))?\)", RegexOptions.NonBacktracking)]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"name: '(?<name>(?:Storage|Key Vault|Monitoring|Log Analytics) [A-Za-z ]+)'", RegexOptions.NonBacktracking)]
    private static partial Regex RolePattern();

    [GeneratedRegex("```sh\n(?<lines>[^`]*)```", RegexOptions.NonBacktracking)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"[^a-z0-9 _-]", RegexOptions.NonBacktracking)]
    private static partial Regex NoAnchorPattern();
}
