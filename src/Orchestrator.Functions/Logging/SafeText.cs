using System.Globalization;
using System.Text;

namespace Orchestrator.Functions.Logging;

/// <summary>
/// Texts from outside on a console: whoever submits a task, or answers a call, must not be able to write what looks like an entry of the log, nor steer the
/// terminal of whoever reads it.
/// </summary>
internal static class SafeText
{
    /// <summary>The text with every control character, line and paragraph separator and mark of direction written out, as <c>\n</c> or <c>\u001b</c>.</summary>
    /// <param name="indent">When given, line feeds stay, and each following line begins with it.</param>
    public static string Of(string text, string? indent = null)
    {
        if (!text.Any(IsUnsafe))
            return text;

        var safe = new StringBuilder(text.Length + 16);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (!IsUnsafe(character))
                safe.Append(character);
            else if (indent is not null && character == '\n')
                safe.Append(Environment.NewLine).Append(indent);
            else if (indent is null || character != '\r' || index + 1 >= text.Length || text[index + 1] != '\n')
                safe.Append(Escaped(character));
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static string Escaped(char character) => character switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
    };
}
