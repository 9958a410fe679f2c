using System.Globalization;
using System.Text;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>
/// Finds words: runs of letters, digits and combining marks, with single apostrophes and hyphens inside ("don't",
/// "well-known"), that begin with a letter or digit. Scripts without spaces between words give one word per run.
/// </summary>
internal static class Words
{
    public static IEnumerable<string> In(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            var length = LengthAt(text, i);
            if (length > 0)
                yield return text.Substring(i, length);
            i += Math.Max(length, 1);
        }
    }

    private static int LengthAt(string text, int start)
    {
        var end = start;
        while (end < text.Length)
        {
            var part = PartAt(text, end, isFirst: end == start);
            if (part == 0 && end > start && IsJoint(text[end]) && end + 1 < text.Length)
                part = PartAt(text, end + 1, isFirst: true) is > 0 and var next ? next + 1 : 0;
            if (part == 0)
                break;
            end += part;
        }

        return end - start;
    }

    /// <summary>How many UTF-16 units at <paramref name="index"/> go on with a word; 0 where none do.</summary>
    private static int PartAt(string text, int index, bool isFirst)
    {
        if (Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out var units) != System.Buffers.OperationStatus.Done)
            return 0;
        var isMark = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
        return Rune.IsLetterOrDigit(rune) || (isMark && !isFirst) ? units : 0;
    }

    private static bool IsJoint(char character) => character is '\'' or '’' or '-';
}
