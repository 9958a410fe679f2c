using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Every Bicep file is part of the template: none is left over, which nobody would compile.</summary>
internal sealed class FilesCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        var used = BicepCompiler.References(infra.PathOf("infra/main.bicep")).Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        return infra.Sources.Where(source => !used.Contains(Path.GetFullPath(source.FullPath)))
            .Select(source => source.Finding(1, "main.bicep does not lead to this file; call it as a module or remove it."));
    }
}
