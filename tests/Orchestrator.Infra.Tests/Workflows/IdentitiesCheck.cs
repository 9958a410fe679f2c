using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;
using static Orchestrator.Infra.Tests.Workflows.Workflow;

namespace Orchestrator.Infra.Tests.Workflows;

/// <summary>
/// Who a job is in Azure. Whatever changes something is done as the identity of deployments, in the GitHub environment that has reviewers; what nobody is asked
/// about is done as one that may only look.
/// </summary>
internal static partial class IdentitiesCheck
{
    private const string Approved = "${{ inputs.environment }}";
    private const string Unasked = "${{ inputs.environment }}-plan";
    private const string OnlyShow = "provision.sh --what-if";

    /// <summary>What is wrong with a workflow, a line each.</summary>
    public static IEnumerable<string> Faults(string workflow) =>
        [
            .. Entries(Parse(workflow), "permissions").Where(right => right.StartsWith("id-token", StringComparison.Ordinal)).Select(_ => "every job may sign in"),
            .. Jobs(workflow).SelectMany(job => FaultsOf(job.Value).Select(fault => $"{job.Key}: {fault}")),
        ];

    private static IEnumerable<string> FaultsOf(YamlMappingNode job)
    {
        var environment = Text(job, "environment");
        if (environment is not (Approved or Unasked))
        {
            if (Entries(job, "permissions").Contains("id-token: write") || SignIns(job).Any())
                yield return $"signs in outside of an environment that is known ({environment ?? "none"})";
        }

        var identity = environment == Approved ? "${{ vars.AZURE_CLIENT_ID }}" : "${{ vars.AZURE_PLAN_CLIENT_ID }}";
        foreach (var other in SignIns(job).Where(client => client != identity))
            yield return $"signs in as {other}";
        if (environment == Approved)
            yield break;

        foreach (var command in Runs(job).SelectMany(run => CommandPattern().Matches(run)).Select(match => match.Value).Where(command => command != OnlyShow))
            yield return $"runs {command} without approval";
        if (Strings(job).Any(text => DeployerPattern().IsMatch(text)))
            yield return "knows the identity of deployments";
    }

    private static IEnumerable<string> SignIns(YamlMappingNode job) =>
        from step in Steps(job)
        where Text(step, "uses")?.StartsWith("azure/login@", StringComparison.OrdinalIgnoreCase) is true
        select step.Children.TryGetValue("with", out var with) ? Text((YamlMappingNode)with, "client-id") ?? "nobody" : "nobody";

    private static IEnumerable<string> Strings(YamlNode node) => node.AllNodes.OfType<YamlScalarNode>().Select(scalar => scalar.Value ?? "");

    // What of infra/scripts goes to Azure, and the command lines themselves.
    [GeneratedRegex(@"(?:deploy|rollback)\.sh|provision\.sh(?: --what-if\b)?|\baz [a-z]+|\bazd [a-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"\bAZURE_CLIENT_ID\b", RegexOptions.NonBacktracking)]
    private static partial Regex DeployerPattern();
}
