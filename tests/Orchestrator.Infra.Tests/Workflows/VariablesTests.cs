using System.Text.Json;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.TestKit.Processes;
using Orchestrator.TestKit.Waiting;
using static Orchestrator.Infra.Tests.Workflows.Workflow;

namespace Orchestrator.Infra.Tests.Workflows;

/// <summary>What is approved was shown with the variables of one GitHub environment, and is deployed with those of another: they must be the same.</summary>
public sealed class VariablesTests
{
    private static readonly Dictionary<string, string> _shown = new()
    {
        ["AZURE_LOCATION"] = "westeurope",
        ["AZURE_SUBSCRIPTION_ID"] = "00-11",
        ["AZURE_PLAN_CLIENT_ID"] = "22-33",
        ["ORCHESTRATOR_ALERT_EMAILS"] = "ada@example.com, \"b\"@example.com",
        ["ORCHESTRATOR_ENTRA_AUDIENCE"] = "api://orchestrator",
    };

    [JqFact]
    public async Task Variables_Shown_AreNamedWithoutTheirValues()
    {
        var run = await RunAsync(_shown);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["AZURE_LOCATION", "AZURE_SUBSCRIPTION_ID", "ORCHESTRATOR_ALERT_EMAILS", "ORCHESTRATOR_ENTRA_AUDIENCE"], run.Output.Select(line => line.Split(' ')[0]));
        Assert.All(run.Output, line => Assert.Matches("^[A-Z_]+ [0-9a-f]{16}$", line));
    }

    [JqFact]
    public async Task Variables_OfTheDeploymentAreTheSame_IdentitiesAside_NothingIsSaid()
    {
        var run = await CompareAsync(new(_shown) { ["AZURE_CLIENT_ID"] = "44-55", ["OTHER"] = "else" });

        Assert.Equal(0, run.ExitCode);
        Assert.Equal([], run.Output);
        Assert.Equal([], run.Errors);
    }

    [JqFact]
    public async Task Variables_OfTheDeploymentDiffer_AreNamedAndItFails()
    {
        var deployed = new Dictionary<string, string>(_shown) { ["AZURE_SUBSCRIPTION_ID"] = "00-12", ["ORCHESTRATOR_PRIVATE_NETWORKING"] = "true" };
        deployed.Remove("ORCHESTRATOR_ENTRA_AUDIENCE");

        var run = await CompareAsync(deployed);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "FAILED: what would be deployed is not what was shown and approved. These differ between the two GitHub environments:"
                + " AZURE_SUBSCRIPTION_ID ORCHESTRATOR_ENTRA_AUDIENCE ORCHESTRATOR_PRIVATE_NETWORKING",
            run.Errors[0]);
    }

    [JqFact]
    public async Task Variables_NothingWasHandedOver_ItFails()
    {
        var run = await RunAsync(new() { ["AZURE_LOCATION"] = "westeurope" }, "--compare", "");

        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(" environments: AZURE_LOCATION", run.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Deploy_Variables_AreComparedBeforeAnybodySignsInToChangeSomething()
    {
        var jobs = Jobs(RepositoryFiles.Read(".github/workflows/deploy.yml"));
        var steps = Steps(jobs["deploy"]).ToList();

        var compares = steps.FindIndex(step => Text(step, "run") == ".ci/variables --compare \"$SHOWN\"");

        Assert.Equal(["VARIABLES: ${{ toJSON(vars) }}", "SHOWN: ${{ needs.plan.outputs.variables }}"], Entries(steps[compares], "env"));
        Assert.Null(Text(steps[compares], "if"));
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(RepositoryFiles.PathOf(".ci/variables")).HasFlag(UnixFileMode.UserExecute));
        Assert.True(compares < steps.FindIndex(step => Text(step, "uses")?.StartsWith("azure/login@", StringComparison.Ordinal) is true));
        Assert.Equal(["variables: ${{ steps.variables.outputs.variables }}"], Entries(jobs["plan"], "outputs"));
        Assert.Single(Steps(jobs["plan"]), step => Text(step, "id") == "variables" && Text(step, "run")!.Contains(".ci/variables;", StringComparison.Ordinal));
    }

    private static async Task<Answer> CompareAsync(Dictionary<string, string> deployed) =>
        await RunAsync(deployed, "--compare", string.Join('\n', (await RunAsync(_shown)).Output));

    private static async Task<Answer> RunAsync(Dictionary<string, string> variables, params string[] arguments)
    {
        await using var process = TestProcess.Start(
            "bash", [RepositoryFiles.PathOf(".ci/variables"), .. arguments], new Dictionary<string, string> { ["VARIABLES"] = JsonSerializer.Serialize(variables) }, RepositoryFiles.Root);
        var exitCode = await process.Exited.WithinLimitAsync(".ci/variables ends");
        return new Answer(exitCode, process.Output, process.Errors);
    }

    private sealed record Answer(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors);

    private sealed class JqFactAttribute : FactAttribute
    {
        public JqFactAttribute() => Skip = Bash.WhyNot ?? (Bash.IsThere("jq") ? null : "There is no jq on this machine: the script that compares variables is not run here.");
    }
}
