using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>What is deployed has the roles that it needs, on single resources, and no more.</summary>
internal sealed class RolesCheck : ICheck
{
    private const string Assignment = "Microsoft.Authorization/roleAssignments";

    /// <summary>Roles that may be given, the type of resource that each is for, and why.</summary>
    private static readonly Dictionary<string, (string On, string Why)> Allowed = new(StringComparer.Ordinal)
    {
        ["Storage Blob Data Owner"] = ("Microsoft.Storage/storageAccounts", "The host takes leases on blobs of its own account, and fetches the package there."),
        ["Storage Blob Data Contributor"] = ("Microsoft.Storage/storageAccounts", "Durable Functions keeps large messages and leases of a task hub in blobs."),
        ["Storage Queue Data Contributor"] = ("Microsoft.Storage/storageAccounts", "Queues of the app, and of the task hub, are made, read and written."),
        ["Storage Table Data Contributor"] = ("Microsoft.Storage/storageAccounts", "Tables of the app, and of the task hub, are made, read and written."),
        ["Monitoring Metrics Publisher"] = ("Microsoft.Insights/components", "Telemetry is taken from identities alone."),
        ["Log Analytics Reader"] = ("Microsoft.OperationalInsights/workspaces", "Alert rules ask the workspace as an identity of their own."),
        ["Key Vault Secrets User"] = ("Microsoft.KeyVault/vaults", "Secrets by name are read."),
    };

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) =>
        infra.Deployments.SelectMany(deployment => deployment.Of(Assignment).SelectMany(assignment => Find(deployment, assignment)));

    private static IEnumerable<Finding> Find(Deployment deployment, Resource assignment)
    {
        var id = assignment.Text("properties.roleDefinitionId")!.Split('/')[^1];
        var target = assignment.Id[..Math.Max(0, assignment.Id.LastIndexOf($"/providers/{Assignment}/", StringComparison.OrdinalIgnoreCase))];
        if (!BuiltInRoles.ById.TryGetValue(id, out var role))
            yield return deployment.Finding(assignment, $"gives {id}, which is the id of no role in {nameof(BuiltInRoles)}.");
        else if (!Allowed.TryGetValue(role, out var allowed))
            yield return deployment.Finding(assignment, $"gives '{role}', which nothing here needs; see {nameof(RolesCheck)}.");
        else if (!TypeOf(target).Equals(allowed.On, StringComparison.OrdinalIgnoreCase))
            yield return deployment.Finding(assignment, $"gives '{role}' on {target}; give it on a resource of type {allowed.On}.");
        if (assignment.Text("properties.principalType") is null)
            yield return deployment.Finding(assignment, "has no principalType; without it a new identity is not found for some minutes, and the deployment fails.");
    }

    /// <summary>The type of the resource that an id ends with; empty for a group or subscription.</summary>
    private static string TypeOf(string id)
    {
        var parts = id.Split("/providers/")[^1].Split('/');
        return id.Contains("/providers/", StringComparison.Ordinal) ? string.Join('/', parts.Where((_, index) => index == 0 || index % 2 == 1)) : "";
    }
}
