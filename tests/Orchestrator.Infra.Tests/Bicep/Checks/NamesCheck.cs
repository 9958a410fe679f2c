using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Names are such as Azure takes, also for the longest name of an environment. Source: naming rules and restrictions for Azure resources.</summary>
internal sealed class NamesCheck : ICheck
{
    private static readonly Dictionary<string, string> Rules = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.Storage/storageAccounts"] = "^[a-z0-9]{3,24}$",
        ["Microsoft.KeyVault/vaults"] = "^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$",
        ["Microsoft.Web/sites"] = "^[a-zA-Z0-9][a-zA-Z0-9-]{0,58}[a-zA-Z0-9]$",
        ["Microsoft.Web/serverfarms"] = "^[a-zA-Z0-9-]{1,60}$",
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = "^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$",
        ["Microsoft.OperationalInsights/workspaces"] = "^[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]$",
        ["Microsoft.Insights/components"] = "^[^%&\\\\?/]{1,259}[^%&\\\\?/ .]$",
        ["Microsoft.Resources/resourceGroups"] = "^[\\w().-]{0,89}[\\w()-]$",
    };

    /// <summary>The host tells apps of one account apart by as much of their names.</summary>
    private const int HostIdLength = 32;

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        foreach (var deployment in infra.Deployments)
        {
            foreach (var resource in deployment.Resources)
            {
                if (Rules.TryGetValue(resource.Type, out var rule) && !Regex.IsMatch(resource.Name, rule, RegexOptions.None, TimeSpan.FromSeconds(1)))
                    yield return deployment.Finding(resource, $"has a name that Azure does not take; it must match {rule}.");
            }

            if (deployment.App.Name.Length > HostIdLength)
                yield return deployment.Finding(deployment.App, $"has a name of {deployment.App.Name.Length} characters; the host knows an app by the first {HostIdLength}, so two with one account could be taken for one.");
        }
    }
}
