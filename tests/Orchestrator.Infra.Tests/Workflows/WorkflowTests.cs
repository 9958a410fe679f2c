using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.Infra.Tests.Scripts;
using Orchestrator.TestKit.Processes;
using YamlDotNet.RepresentationModel;
using static Orchestrator.Infra.Tests.Workflows.Workflow;

namespace Orchestrator.Infra.Tests.Workflows;

public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows { get; } = [.. Directory.GetFiles(RepositoryFiles.PathOf(".github/workflows")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Workflows))]
    public async Task Workflow_Linted_NothingIsFound(string name) => Assert.Equal([], await WorkflowLinter.LintAsync(RepositoryFiles.PathOf($".github/workflows/{name}")));

    [Theory]
    [InlineData("runs-on: ubuntu-latest", "runs-on: ubuntu-latesst", "runner-label: label \"ubuntu-latesst\" is unknown.")]
    [InlineData("needs: [test, package]", "needs: [test, pakage]", "job-needs: job \"plan\" needs job \"pakage\" which does not exist in this workflow")]
    [InlineData("steps.deploy.outputs.code", "steps.deployed.outputs.code", "expression: property \"deployed\" is not defined in object type")]
    [InlineData("inputs.rollback == ''", "inputs.rolback == ''", "expression: property \"rolback\" is not defined in object type")]
    [InlineData("timeout-minutes: 20", "timeout-minute: 20", "syntax-check: unexpected key \"timeout-minute\" for \"job\" section.")]
    [InlineData("id-token: write", "id-token: writ", "permissions: \"writ\" is invalid for permission of scope \"id-token\".")]
    public async Task Deploy_BrokenCopy_TheLinterFindsIt(string text, string broken, string finding)
    {
        var copy = Path.Combine(Directory.CreateTempSubdirectory("orchestrator-workflow-").FullName, "deploy.yml");
        var whole = Deploy();
        Assert.Contains(text, whole, StringComparison.Ordinal);
        await File.WriteAllTextAsync(copy, whole.Replace(text, broken, StringComparison.Ordinal));

        var findings = await WorkflowLinter.LintAsync(copy);

        Assert.Contains(findings, line => line.Contains($": {finding}", StringComparison.Ordinal));
        Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_ActionsOfOthers_ArePinnedToACommit(string name) =>
        Assert.Equal([], Steps(RepositoryFiles.Read($".github/workflows/{name}")).Select(step => Text(step, "uses")).Where(uses => uses is not null && !PinnedPattern().IsMatch(uses)));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_Rights_AreNoMoreThanToRead(string name)
    {
        var workflow = Parse(RepositoryFiles.Read($".github/workflows/{name}"));

        Assert.Equal(["contents: read"], Entries(workflow, "permissions"));
        Assert.DoesNotContain("{{ secrets", RepositoryFiles.Read($".github/workflows/{name}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Deploy_JobsThatSignIn_AreThoseWithAnEnvironmentAndNoOthers()
    {
        var jobs = Jobs(Deploy());

        Assert.Equal(["plan", "deploy", "rollback"], jobs.Where(job => Entries(job.Value, "permissions").Contains("id-token: write")).Select(job => job.Key));
        Assert.Equal(["plan", "deploy", "rollback"], jobs.Where(job => Text(job.Value, "environment") is not null).Select(job => job.Key));
        Assert.Equal("${{ inputs.environment }}-plan", Text(jobs["plan"], "environment"));
        Assert.Equal("${{ inputs.environment }}", Text(jobs["deploy"], "environment"));
        Assert.Equal(["group: deploy-${{ inputs.environment }}", "cancel-in-progress: false"], Entries(Parse(Deploy()), "concurrency"));
    }

    [Fact]
    public void Deploy_Package_IsMadeOnceTestedShownAndThenSent()
    {
        var jobs = Jobs(Deploy());

        Assert.Single(jobs, job => Runs(job.Value).Any(run => run.Contains("package.sh", StringComparison.Ordinal)));
        Assert.DoesNotContain(Runs(jobs["deploy"]), run => run.Contains("dotnet", StringComparison.Ordinal));
        Assert.Equal(["test", "package"], ((YamlSequenceNode)jobs["plan"].Children["needs"]).Select(node => $"{node}"));
        Assert.Equal("plan", Text(jobs["deploy"], "needs"));
        Assert.Equal(
            ["provision.sh --what-if"], Runs(jobs["plan"]).SelectMany(run => ScriptPattern().Matches(run)).Select(match => match.Value.Trim()));
        Assert.Equal(
            ["provision.sh", "deploy.sh package/*.zip", "rollback.sh"], Runs(jobs["deploy"]).SelectMany(run => ScriptPattern().Matches(run)).Select(match => match.Value.Trim()));
        Assert.Equal("failure() && steps.deploy.outputs.code == '3'", Text(Steps(jobs["deploy"]).Last(), "if"));
    }

    [BashTheory]
    [InlineData("false", "provision.sh", "provision.sh --what-if")]
    [InlineData("true", "provision.sh --turn-off", "provision.sh --what-if --turn-off")]
    public async Task Deploy_TurnOff_IsSaidByWhoStartsTheRunAndByNobodyElse(string chosen, string provision, string show)
    {
        var jobs = Jobs(Deploy());
        Assert.Equal(["type: boolean", "required: false", "default: false"], Entries(Inputs(), "turn_off").Skip(1));
        var steps = Steps(jobs["plan"]).Concat(Steps(jobs["deploy"])).Where(step => Text(step, "run")?.Contains("provision.sh", StringComparison.Ordinal) is true).ToList();
        Assert.Equal(2, steps.Count);
        Assert.All(steps, step => Assert.Contains("TURN_OFF: ${{ inputs.turn_off && 'yes' || '' }}", Entries(step, "env")));

        Assert.Equal([show, provision], await Task.WhenAll(steps.Select(async step =>
        {
            using var bench = new ScriptBench().With("TURN_OFF", chosen == "true" ? "yes" : "");
            var run = await bench.RunLinesAsync($"echo {Text(step, "run")!.Split('\n')[0].Split(" | ")[0]}");
            return Assert.Single(run.Output).Replace("infra/scripts/", "", StringComparison.Ordinal);
        })));
    }

    [BashTheory]
    [InlineData("test", "")]
    [InlineData("planned", "")]
    [InlineData("test-plan", "::error::test-plan is only for showing what would change. Choose test.")]
    public async Task Deploy_EnvironmentOfThePlan_IsRefusedFirst(string environment, string message)
    {
        var jobs = Jobs(Deploy());
        foreach (var step in new[] { Steps(jobs["test"]).First(), Steps(jobs["rollback"]).First() })
        {
            Assert.Equal(["ENVIRONMENT: ${{ inputs.environment }}"], Entries(step, "env"));
            using var bench = new ScriptBench().With("ENVIRONMENT", environment);

            var run = await bench.RunLinesAsync(Text(step, "run")!);

            Assert.Equal(message.Length == 0 ? 0 : 1, run.ExitCode);
            Assert.Equal(message, string.Join('\n', run.Output));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("      - name: Sign in again\n")]
    [InlineData("      - name: Sign in again to go back\n")]
    public void Deploy_EachScriptThatAsksAzure_HasASignInOfItsOwnUnderTheSameCondition(string removed)
    {
        var workflow = Deploy();
        if (removed.Length > 0)
        {
            Assert.Contains(removed, workflow, StringComparison.Ordinal);
            workflow = string.Join("\n      - ", workflow.Split("\n      - ").Where(step => !$"      - {step}\n".StartsWith(removed, StringComparison.Ordinal)));
        }

        var without = Jobs(workflow).Values.SelectMany(ScriptsWithoutSignIn);

        Assert.Equal(
            removed switch { "" => [], "      - name: Sign in again\n" => ["deploy.sh package/*.zip"], _ => ["rollback.sh"] },
            without);
    }

    [Fact]
    public void Deploy_Runner_CanBeChosenForWhatReachesTheEnvironment()
    {
        var jobs = Jobs(Deploy());

        Assert.Equal(["deploy", "rollback"], jobs.Where(job => Text(job.Value, "runs-on") == "${{ inputs.runner }}").Select(job => job.Key));
        Assert.All(jobs.Where(job => job.Key is not ("deploy" or "rollback")), job => Assert.Equal("ubuntu-latest", Text(job.Value, "runs-on")));
    }

    /// <summary>A sign-in holds for minutes: it serves one script. One that runs on a condition is signed in for on that condition.</summary>
    private static IEnumerable<string> ScriptsWithoutSignIn(YamlMappingNode job)
    {
        YamlMappingNode? signIn = null;
        foreach (var step in Steps(job))
        {
            if (Text(step, "uses") is { } uses && uses.StartsWith("azure/login@", StringComparison.Ordinal))
                signIn = step;
            if (Text(step, "run") is not { } run || ScriptPattern().Match(run) is not { Success: true } script || script.Value.StartsWith("package.sh", StringComparison.Ordinal))
                continue;
            if (signIn is null || Text(signIn, "if") != Text(step, "if"))
                yield return script.Value;
            signIn = null;
        }
    }

    private static YamlMappingNode Inputs() =>
        (YamlMappingNode)((YamlMappingNode)((YamlMappingNode)Parse(Deploy()).Children["on"]).Children["workflow_dispatch"]).Children["inputs"];

    private static string Deploy() => RepositoryFiles.Read(".github/workflows/deploy.yml");

    [GeneratedRegex("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$", RegexOptions.NonBacktracking)]
    private static partial Regex PinnedPattern();

    [GeneratedRegex(@"[a-z-]+\.sh(?:(?: --[a-z-]+)| package/\*\.zip)?", RegexOptions.NonBacktracking)]
    private static partial Regex ScriptPattern();
}
