using System.Reflection;
using Orchestrator.Functions.Metrics;
using Orchestrator.Infra.Tests.Files;
using Orchestrator.Storage;

namespace Orchestrator.Infra.Tests.Bicep.App;

/// <summary>What the app measures.</summary>
internal static class Instruments
{
    /// <summary>
    /// The tags of each instrument, by its name. The names are those in the code: constants of classes whose names end with Metrics. The tags are those of the
    /// reference, as an instrument does not tell its own.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Tags { get; } = Names().ToDictionary(name => name, TagsOf, StringComparer.Ordinal);

    private static IEnumerable<string> Names() =>
        from assembly in new[] { typeof(TaskMetrics).Assembly, typeof(StorageMetrics).Assembly }
        from type in assembly.GetTypes()
        where type.Name.EndsWith("Metrics", StringComparison.Ordinal)
        from field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
        where field.IsLiteral && field.Name.EndsWith("Name", StringComparison.Ordinal) && field.Name != "MeterName"
        select (string)field.GetRawConstantValue()!;

    private static IReadOnlyList<string> TagsOf(string instrument)
    {
        var row = RepositoryFiles.Read("docs/reference/telemetry.md").Split('\n').Single(line => line.StartsWith($"| `{instrument}` |", StringComparison.Ordinal));
        return [.. row.Split('|')[4].Split('`').Where((_, index) => index % 2 == 1)];
    }
}
