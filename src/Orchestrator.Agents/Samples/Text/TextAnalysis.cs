namespace Orchestrator.Agents.Samples.Text;

/// <summary>Counts what a text consists of. Pure.</summary>
internal static class TextAnalysis
{
    private const int LongestSentenceCharacters = 300;
    private const int ShortestTerm = 3;

    /// <param name="keyTerms">How many key terms to give.</param>
    public static TextDigest Digest(string path, long bytes, string text, int keyTerms, CancellationToken cancellationToken)
    {
        var (words, sentences, syllables) = (0, 0, 0L);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        LongestSentence? longest = null;
        foreach (var sentence in Sentences.In(text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            sentences++;
            var inSentence = 0;
            foreach (var word in Words.In(sentence))
            {
                inSentence++;
                syllables += ReadingEase.Syllables(word);
                Count(counts, word);
            }

            words += inSentence;
            if (inSentence > (longest?.Words ?? 0))
                longest = new LongestSentence(Cut(sentence), inSentence);
        }

        return new TextDigest(path, bytes, words, sentences, ReadingEase.Of(words, sentences, syllables), Top(counts, keyTerms), longest);
    }

    private static void Count(Dictionary<string, int> counts, string word)
    {
        var term = word.ToLowerInvariant().Replace('’', '\'');
        if (term.Length < ShortestTerm || StopWords.Contains(term) || !term.Any(char.IsLetter))
            return;
        counts[term] = counts.GetValueOrDefault(term) + 1;
    }

    private static IReadOnlyList<KeyTerm> Top(Dictionary<string, int> counts, int keyTerms) =>
    [
        .. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(keyTerms).Select(entry => new KeyTerm(entry.Key, entry.Value)),
    ];

    private static string Cut(string sentence)
    {
        if (sentence.Length <= LongestSentenceCharacters)
            return sentence;
        // Not between the two halves of a surrogate pair.
        var end = char.IsHighSurrogate(sentence[LongestSentenceCharacters - 1]) ? LongestSentenceCharacters - 1 : LongestSentenceCharacters;
        return sentence[..end] + "…";
    }
}
