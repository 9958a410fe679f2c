using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Whoever is woken by an alert finds in it where the runbook says what to do, and the runbook does.</summary>
internal sealed class RunbookCheck : ICheck
{
    private const string Page = "docs/operations/runbook.md";

    private static readonly string[] Alerts = ["Microsoft.Insights/scheduledQueryRules", "Microsoft.Insights/metricAlerts"];

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        var sections = File.ReadLines(infra.PathOf(Page)).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ToHashSet(StringComparer.Ordinal);
        foreach (var deployment in infra.Deployments)
        {
            foreach (var alert in Alerts.SelectMany(deployment.Of))
            {
                if (alert.Text("properties.description")!.Split($"{Page}#") is not [_, var section])
                    yield return deployment.Finding(alert, $"does not name its section of {Page}.");
                else if (!sections.Contains(section))
                    yield return deployment.Finding(alert, $"names the section {section} of {Page}, which is not there.");
            }
        }
    }
}
