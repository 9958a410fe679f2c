using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>A module that is left out by its condition refuses nothing: what it is given may be worked out all the same.</summary>
internal sealed partial class LeftOutCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Sources.SelectMany(Find);

    private static IEnumerable<Finding> Find(SourceFile source)
    {
        string? parameter = null;
        var given = "";
        foreach (var (index, line) in source.Lines.Index())
        {
            if (Beginning().Match(line) is { Success: true } beginning)
                parameter = beginning.Groups["parameter"].Value;
            else if (line == "}")
                parameter = null;
            given = Given().IsMatch(line) ? line : given + line;
            if (parameter is not null && line.Contains("fail(", StringComparison.Ordinal) && !WithoutTexts(given).Contains(parameter, StringComparison.Ordinal))
                yield return source.Finding(index + 1, $"may fail though the module is left out; ask for {parameter} too.");
        }
    }

    private static string WithoutTexts(string line) => string.Concat(line.Split('\'').Where((_, index) => index % 2 == 0));

    [GeneratedRegex(@"^module .* = if \(!?(?<parameter>\w+)", RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"^ +\w+: ", RegexOptions.NonBacktracking)]
    private static partial Regex Given();
}
