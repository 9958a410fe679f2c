using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Resources are made with versions of their API that stay; that a version exists at all is known to the compiler.</summary>
internal sealed partial class ApiVersionsCheck : ICheck
{
    /// <summary>Types that have no version but previews, or none that has what is needed here, and why.</summary>
    private static readonly Dictionary<string, string> AllowedPreviews = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.Insights/diagnosticSettings"] = "All versions since 2016-09-01 are previews, and that one has no log categories by group.",
    };

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) =>
        from source in infra.Sources
        from line in source.Lines.Index()
        from Match type in TypeAndVersion().Matches(line.Item)
        where type.Groups["version"].Value.EndsWith("-preview", StringComparison.Ordinal) && !AllowedPreviews.ContainsKey(type.Groups["type"].Value)
        select source.Finding(line.Index + 1, $"{type.Groups["type"].Value} is made with {type.Groups["version"].Value}, which may be withdrawn; take a version that is no preview, or say in {nameof(AllowedPreviews)} why there is none.");

    [GeneratedRegex("'(?<type>Microsoft\\.[A-Za-z./]+)@(?<version>[0-9a-z-]+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeAndVersion();
}
