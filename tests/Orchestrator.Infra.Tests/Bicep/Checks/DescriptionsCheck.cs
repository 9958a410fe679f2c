using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Every parameter and output says what it is.</summary>
internal sealed class DescriptionsCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        foreach (var source in infra.Sources)
        {
            var described = BicepCompiler.Describe(source.FullPath);
            foreach (var kind in new[] { "parameters", "outputs" })
            {
                foreach (var symbol in described.GetProperty(kind).EnumerateArray().Where(symbol => !symbol.TryGetProperty("description", out var text) || string.IsNullOrWhiteSpace(text.GetString())))
                    yield return source.Finding(BicepCompiler.Line(symbol.GetProperty("range")), $"{symbol.GetProperty("name").GetString()} has no @description; say what it is.");
            }
        }
    }
}
