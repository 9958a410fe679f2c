using Orchestrator.Storage.Batching;

namespace Orchestrator.Storage.Rows;

/// <summary>Long texts as several columns of one row.</summary>
internal static class TextColumns
{
    /// <summary>The text in parts that fit into a column each. No pair of surrogates is torn apart: half of one cannot be sent.</summary>
    public static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = Math.Min(RowLimits.StringCharacters, text.Length - start);
            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
                length--;
            yield return text.Substring(start, length);
            start += length;
        }
    }
}
