using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>
/// The compiler and its linter have nothing to say: the syntax is right, every name is defined once and used, modules are given all their parameters and no
/// others, types, versions and properties of resources are known, no secret goes into an output, and the parameters are complete.
/// </summary>
internal sealed class CompilerCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Diagnose();
}
