using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>What would be deployed can be worked out, so that the other checks see all of it, and no resource is made twice.</summary>
internal sealed class PredictionCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        foreach (var deployment in infra.Deployments)
        {
            foreach (var diagnostic in deployment.Diagnostics)
                yield return new Finding(deployment.Name, $"the compiler cannot work out all of it: {diagnostic}");
            foreach (var twice in deployment.Resources.Where(resource => resource.Id.Length > 0).GroupBy(resource => resource.Id, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
                yield return deployment.Finding(twice.First(), $"is made {twice.Count()} times; the last one written would win.");
        }
    }
}
