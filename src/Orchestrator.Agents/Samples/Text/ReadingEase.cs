using System.Text.RegularExpressions;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>
/// How easily an English text reads: 206.835 − 1.015 × words per sentence − 84.6 × syllables per word. Source: R. Flesch,
/// "A new readability yardstick", Journal of Applied Psychology 32 (1948), 221–233.
/// </summary>
internal static partial class ReadingEase
{
    /// <summary>One decimal; null without words.</summary>
    public static double? Of(int words, int sentences, long syllables)
    {
        if (words == 0 || sentences == 0)
            return null;
        return Math.Round(206.835 - (1.015 * words / sentences) - (84.6 * syllables / words), 1, MidpointRounding.AwayFromZero);
    }

    /// <summary>
    /// Syllables of an English word, as one estimates without a dictionary: groups of vowels, a silent final "e", "es" or
    /// "ed" left out; at least 1.
    /// </summary>
    public static int Syllables(string word)
    {
        var lower = word.ToLowerInvariant();
        var groups = VowelGroup().Count(lower);
        if (SilentEnd().IsMatch(lower))
            groups--;
        return Math.Max(groups, 1);
    }

    [GeneratedRegex("[aeiouyàâäéèêëîïôöùûü]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VowelGroup();

    // "table" keeps its last syllable, "walked" has none of its own, "waited" has.
    [GeneratedRegex("(?<![aeiouyl])e$|[aeiouy]le$|[^aeioutdsxzcg]es$|[^aeioutd]ed$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SilentEnd();
}
