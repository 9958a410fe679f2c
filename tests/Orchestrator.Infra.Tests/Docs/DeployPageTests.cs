using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Files;

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

    [Fact]
    public void Page_Roles_AreThoseOfTheTemplate() => Assert.All(
        Names(RolePattern().Matches(RepositoryFiles.Read("infra/modules/roles.bicep"))), role => Assert.Contains(role, _page, StringComparison.Ordinal));

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

    [GeneratedRegex(@"[^a-z0-9 _-]", RegexOptions.NonBacktracking)]
    private static partial Regex NoAnchorPattern();
}
