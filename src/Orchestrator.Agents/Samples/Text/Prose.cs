using System.Text.RegularExpressions;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>
/// Leaves of a Markdown text what a reader reads as sentences: without code, link targets, tables' lines and marks.
/// Headings and list items become paragraphs of their own, so that they do not run into the next sentence.
/// </summary>
internal static partial class Prose
{
    public static string OfMarkdown(string markdown)
    {
        var text = FencedCode().Replace(markdown, "\n\n");
        text = IndentedCode().Replace(text, "\n");
        text = Table().Replace(text, "\n\n");
        text = Comment().Replace(text, " ");
        text = Link().Replace(text, "${text}");
        text = Block().Replace(text, "\n\n");
        return Mark().Replace(text, "");
    }

    [GeneratedRegex(@"^ {0,3}(?<fence>```+|~~~+)[^\n]*\n.*?(?:^ {0,3}\k<fence>[^\n]*$|\z)", Options | RegexOptions.Singleline, Limit)]
    private static partial Regex FencedCode();

    [GeneratedRegex(@"(?<=\n[ \t]*\n|\A)(?:(?: {4}|\t)[^\n]*\n?)+", Options, Limit)]
    private static partial Regex IndentedCode();

    [GeneratedRegex(@"^[ \t]*\|[^\n]*$", Options, Limit)]
    private static partial Regex Table();

    [GeneratedRegex(@"<!--.*?-->", Options | RegexOptions.Singleline, Limit)]
    private static partial Regex Comment();

    [GeneratedRegex(@"!?\[(?<text>[^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])", Options, Limit)]
    private static partial Regex Link();

    // A heading's or an item's beginning, a heading's end, or a rule.
    [GeneratedRegex(@"^[ \t]*(?:[-*+]|\d{1,9}[.)]|>+)[ \t]+|^[ \t]*#{1,6}[ \t]+|(?<=^[ \t]*#{1,6}[ \t][^\n]*)$|^[ \t]*(?:-{3,}|={3,}|\*{3,})[ \t]*$", Options, Limit)]
    private static partial Regex Block();

    [GeneratedRegex(@"\*+|`+|(?<!\w)_+|_+(?!\w)", Options, Limit)]
    private static partial Regex Mark();

    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;
    private const int Limit = 10_000;
}
