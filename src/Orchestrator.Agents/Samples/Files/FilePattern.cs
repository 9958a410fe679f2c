using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Agents.Samples.Files;

/// <summary>
/// Which files are meant: one or more patterns with ';' between them. '*' stands for any characters of one name, '?' for
/// one of them, '**' for any number of folders. A pattern without '/' is of a name in any folder; one with '/' is of the
/// path relative to where the search begins. Case does not matter.
/// </summary>
internal sealed class FilePattern
{
    private readonly Regex _regex;

    private FilePattern(Regex regex) => _regex = regex;

    /// <exception cref="AgentException">Code <c>pattern_invalid</c>, not retryable: it is empty or holds a backslash.</exception>
    public static FilePattern Parse(string text)
    {
        var patterns = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (patterns.Length == 0)
            throw new AgentException("pattern_invalid", "The pattern is empty; '*' means every file.", isRetryable: false);
        if (text.Contains('\\', StringComparison.Ordinal))
            throw new AgentException("pattern_invalid", $"The pattern '{text}' holds a backslash; folders are separated by '/'.", isRetryable: false);

        var alternatives = string.Join('|', patterns.Select(Translate));
        // Without backtracking: the pattern comes from whoever submitted the task.
        return new FilePattern(new Regex(
            $@"\A(?:{alternatives})\z", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline,
            TimeSpan.FromSeconds(1)));
    }

    /// <param name="path">Relative, with '/' between folders.</param>
    public bool Matches(string path) => _regex.IsMatch(path);

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder(pattern.Contains('/', StringComparison.Ordinal) ? "" : "(?:.*/)?");
        var rest = pattern.AsSpan().TrimStart('/');
        while (!rest.IsEmpty)
        {
            var (text, length) = rest switch
            {
                _ when rest.StartsWith("**/") => ("(?:.*/)?", 3),
                _ when rest.StartsWith("**") => (".*", 2),
                ['*', ..] => ("[^/]*", 1),
                ['?', ..] => ("[^/]", 1),
                _ => (Regex.Escape(rest[..1].ToString()), 1),
            };
            regex.Append(text);
            rest = rest[length..];
        }

        return regex.ToString();
    }
}
