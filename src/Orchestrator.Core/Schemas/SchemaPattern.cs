using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Schemas;

/// <summary>
/// A regular expression of a schema, matched in time linear in the text: without looking ahead or behind, back references and
/// atomic groups. As in ECMAScript \d and \w mean ASCII, and $ is the very end.
/// </summary>
internal sealed class SchemaPattern
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Far more than a linear match of the largest value takes; only there so that none can hang.</summary>
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(5);

    private readonly Regex _regex;
    private readonly string _text;

    private SchemaPattern(Regex regex, string text)
    {
        _regex = regex;
        _text = text;
    }

    /// <summary>Longest pattern, in characters.</summary>
    public const int MaxLength = 1_000;

    /// <summary>Makes a pattern of its text; null, and what is wrong, when it is none that we match.</summary>
    public static SchemaPattern? TryCreate(string text, out string fault)
    {
        fault = "";
        if (text.Length > MaxLength)
        {
            fault = $"The pattern is {text.Length} characters long; it must be at most {MaxLength}.";
            return null;
        }

        try
        {
            return new SchemaPattern(new Regex(Translate(text), Options, MatchTimeout), text);
        }
        catch (RegexParseException exception)
        {
            fault = $"It is not a regular expression: {exception.Message}";
        }
        catch (NotSupportedException)
        {
            fault = "It looks ahead or behind, refers back, or is too large; only patterns that are matched in one pass are supported.";
        }

        return null;
    }

    public bool IsMatch(string text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    public override string ToString() => _text;

    private static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var isInSet = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var character = pattern[i];
            if (character == '\\' && i + 1 < pattern.Length)
            {
                result.Append(TranslateEscape(pattern[++i], isInSet));
                continue;
            }

            isInSet = character switch { '[' => true, ']' => false, _ => isInSet };
            result.Append(character == '$' && !isInSet ? "\\z" : character.ToString());
        }

        return result.ToString();
    }

    private static string TranslateEscape(char letter, bool isInSet) => (letter, isInSet) switch
    {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('w', true) => "a-zA-Z0-9_",
        ('w', false) => "[a-zA-Z0-9_]",
        ('W', false) => "[^a-zA-Z0-9_]",
        _ => "\\" + letter,
    };
}
