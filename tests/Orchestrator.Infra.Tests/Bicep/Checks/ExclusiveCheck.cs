using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Private endpoints are made one after the other: each takes the resource that it leads to for itself while it is made.</summary>
internal sealed class ExclusiveCheck : ICheck
{
    private const string Endpoints = "'Microsoft.Network/privateEndpoints@";

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Sources.SelectMany(source => source.Lines.Index()
        .Where(line => line.Item.Contains(Endpoints, StringComparison.Ordinal) && line.Item.EndsWith("= [", StringComparison.Ordinal) && source.Lines[line.Index - 1] != "@batchSize(1)")
        .Select(line => source.Finding(line.Index + 1, "makes private endpoints at the same time, which Azure refuses now and then; put @batchSize(1) above.")));
}
