using System.Text.RegularExpressions;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>
/// Splits a text at full stops, question and exclamation marks that space follows, at their East Asian forms, and at
/// empty lines. A number's point ("3.5") and a name's ("host.json") therefore do not end a sentence; an abbreviation's does.
/// </summary>
internal static partial class Sentences
{
    /// <summary>The sentences that have words, each on one line.</summary>
    public static IEnumerable<string> In(string text)
    {
        foreach (var part in End().Split(text))
        {
            var sentence = Space().Replace(part, " ").Trim();
            if (Words.In(sentence).Any())
                yield return sentence;
        }
    }

    [GeneratedRegex(@"(?<=[.!?…]['""”’)\]]?)\s+|(?<=[。！？])|\r?\n[ \t]*\r?\n\s*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex End();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Space();
}
