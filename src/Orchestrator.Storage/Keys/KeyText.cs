using System.Text;

namespace Orchestrator.Storage.Keys;

/// <summary>
/// Writes any text so that it can stand in a partition or row key, and reads it back. ASCII letters, digits, '.', '_' and
/// '-' and all characters from U+0100 on stay as they are; every other character, and half a surrogate pair, becomes '~'
/// and one letter. So the result holds nothing that Azure forbids in keys (/ \ # ? and control characters), nothing that
/// URLs and filters treat specially, no '!' (which separates the parts of our keys), and is at most twice as long.
/// </summary>
internal static class KeyText
{
    private const char Escape = '~';

    /// <summary>Letter that stands for character 0; the one for character c stands c further.</summary>
    private const int LatinBase = 0x100;

    /// <summary>Character that stands for the first surrogate.</summary>
    private const int SurrogateBase = 0x3400;

    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;

    /// <summary>The text as part of a key.</summary>
    public static string Encode(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (i + 1 < text.Length && char.IsSurrogatePair(character, text[i + 1]))
                result.Append(character).Append(text[++i]);
            else if (char.IsSurrogate(character))
                result.Append(Escape).Append((char)(character - FirstSurrogate + SurrogateBase));
            else if (character >= LatinBase || char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-')
                result.Append(character);
            else
                result.Append(Escape).Append((char)(character + LatinBase));
        }

        return result.ToString();
    }

    /// <summary>The text that <paramref name="key"/> was made of.</summary>
    /// <exception cref="FormatException">It was not made by <see cref="Encode"/>.</exception>
    public static string Decode(string key)
    {
        var result = new StringBuilder(key.Length);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] != Escape)
            {
                result.Append(key[i]);
                continue;
            }

            i++;
            var letter = i < key.Length ? key[i] : '\0';
            result.Append((int)letter switch
            {
                >= LatinBase and < 2 * LatinBase => (char)(letter - LatinBase),
                >= SurrogateBase and <= LastSurrogate - FirstSurrogate + SurrogateBase => (char)(letter - SurrogateBase + FirstSurrogate),
                _ => throw new FormatException($"'{key}' is not an escaped key: at {i} stands nothing that '~' may be followed by."),
            });
        }

        return result.ToString();
    }
}
