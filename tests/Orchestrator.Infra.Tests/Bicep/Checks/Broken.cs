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
        return string.Join('\n', new TCheck().Find(copy.Look(scenario ?? Scenario.Plain)));
    }
}
