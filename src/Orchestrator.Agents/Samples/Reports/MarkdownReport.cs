using System.Text;
using Orchestrator.Agents.Samples.Text;

namespace Orchestrator.Agents.Samples.Reports;

/// <summary>Writes digests up as one Markdown document. Pure: the same digests give the same text.</summary>
internal static class MarkdownReport
{
    private const int SharedTerms = 15;
    private const int LongSentences = 5;

    public static string Of(string title, IReadOnlyList<TextDigest> digests)
    {
        var report = new StringBuilder();
        report.Append("# ").Append(Escape(title)).Append("\n\n").Append(Summary(digests)).Append('\n');
        if (digests.Count > 0)
            AppendTexts(report, digests);
        AppendTerms(report, digests);
        AppendLongSentences(report, digests);
        return report.ToString();
    }

    private static string Summary(IReadOnlyList<TextDigest> digests)
    {
        var words = digests.Sum(digest => (long)digest.Words);
        var text = $"{digests.Count} texts, {words} words, {digests.Sum(digest => (long)digest.Sentences)} sentences.";
        if (words == 0)
            return text;
        var ease = digests.Sum(digest => (digest.ReadingEase ?? 0) * digest.Words) / words;
        return $"{text} Reading ease, weighted by words: {ease:F1} ({Level(ease)}).";
    }

    private static void AppendTexts(StringBuilder report, IReadOnlyList<TextDigest> digests)
    {
        report.Append("\n## Texts\n\n| Text | Words | Sentences | Reading ease | Key terms |\n|---|--:|--:|--:|---|\n");
        foreach (var digest in digests.OrderBy(digest => digest.Path, StringComparer.Ordinal))
        {
            var ease = digest.ReadingEase is { } value ? $"{value:F1}" : "–";
            var terms = string.Join(", ", digest.KeyTerms.Take(5).Select(term => Escape(term.Term)));
            report.Append($"| {Escape(digest.Path)} | {digest.Words} | {digest.Sentences} | {ease} | {terms} |\n");
        }
    }

    private static void AppendTerms(StringBuilder report, IReadOnlyList<TextDigest> digests)
    {
        var terms = digests.SelectMany(digest => digest.KeyTerms).GroupBy(term => term.Term, StringComparer.Ordinal)
            .Select(group => (Term: group.Key, Count: group.Sum(term => term.Count), Texts: group.Count()))
            .OrderByDescending(term => term.Count).ThenBy(term => term.Term, StringComparer.Ordinal).Take(SharedTerms).ToList();
        if (terms.Count == 0)
            return;
        report.Append("\n## Key terms of all texts\n\n| Term | Count | Texts |\n|---|--:|--:|\n");
        foreach (var (term, count, texts) in terms)
            report.Append($"| {Escape(term)} | {count} | {texts} |\n");
    }

    private static void AppendLongSentences(StringBuilder report, IReadOnlyList<TextDigest> digests)
    {
        var longest = digests.Where(digest => digest.LongestSentence is not null)
            .OrderByDescending(digest => digest.LongestSentence!.Words).ThenBy(digest => digest.Path, StringComparer.Ordinal).Take(LongSentences).ToList();
        if (longest.Count == 0)
            return;
        report.Append("\n## Longest sentences\n\n");
        foreach (var digest in longest)
            report.Append($"- {Escape(digest.Path)} ({digest.LongestSentence!.Words} words): {Escape(digest.LongestSentence.Text)}\n");
    }

    /// <summary>The names Flesch gave to the ranges of his scale.</summary>
    private static string Level(double ease) => ease switch
    {
        >= 90 => "very easy",
        >= 80 => "easy",
        >= 70 => "fairly easy",
        >= 60 => "standard",
        >= 50 => "fairly difficult",
        >= 30 => "difficult",
        _ => "very difficult",
    };

    /// <summary>The text as it is, on one line: nothing in it is taken for Markdown or HTML.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (character is '\r' or '\n')
                escaped.Append(' ');
            else if (character == '<')
                escaped.Append("&lt;");
            else if (character == '&')
                escaped.Append("&amp;");
            else if (@"\`*_[]|#~".Contains(character, StringComparison.Ordinal))
                escaped.Append('\\').Append(character);
            else
                escaped.Append(character);
        }

        return escaped.ToString();
    }
}
