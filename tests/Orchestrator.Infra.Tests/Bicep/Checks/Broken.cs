using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Breaks the repository's own files, and says what a check finds then.</summary>
internal static class Broken
{
    /// <summary>What a check finds after one edit, a line each.</summary>
    /// <param name="file">A file that holds <paramref name="text"/> exactly once.</param>
    public static string Find<TCheck>(string file, string text, string by, Scenario? scenario = null)
        where TCheck : ICheck, new() => Find<TCheck>(copy => copy.Replace(file, text, by), scenario);

    /// <summary>What a check finds after some edits, a line each.</summary>
    public static string Find<TCheck>(Action<InfraCopy> edit, Scenario? scenario = null)
        where TCheck : ICheck, new()
    {
        using var copy = new InfraCopy();
        edit(copy);
        var files = copy.Look(scenario ?? Scenario.Plain);
        return string.Join('\n', new TCheck().Find(files).Select(finding => WithLine(files, finding)));
    }

    /// <summary>The text of a line in place of its number: tests are not to change with each line that is added above.</summary>
    private static string WithLine(InfraFiles files, Finding finding) =>
        finding.Place.Split(':') is [var file, var number] && int.TryParse(number, out var line)
            ? $"{file} '{File.ReadLines(files.PathOf(file)).ElementAt(line - 1).Trim()}': {finding.What}"
            : finding.ToString();
}
