using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Finds one kind of fault in what deploys the app.</summary>
internal interface ICheck
{
    /// <summary>All such faults; none: it is as it should be.</summary>
    IEnumerable<Finding> Find(InfraFiles infra);
}
