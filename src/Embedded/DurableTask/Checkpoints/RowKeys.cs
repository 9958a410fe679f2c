using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>Row keys of instances and entities: different for different ids, and in the order of the ids as far as these are plain.</summary>
internal static class RowKeys
{
    /// <summary>Marks what is no letter, digit, or one of the signs that stand for themselves.</summary>
    private const char Escape = '=';

    /// <summary>Storage takes 512 characters; part rows need some for themselves.</summary>
    private const int MaxLength = 400;

    private const int KeptLength = 300;

    public static string From(string key)
    {
        var escaped = key.All(IsPlain) ? key : EscapeAll(key);
        return escaped.Length <= MaxLength
            ? escaped
            : $"{escaped[..KeptLength]}{Escape}{Convert.ToHexString(SHA256.HashData(Encoding.Unicode.GetBytes(key)))}";
    }

    private static string EscapeAll(string key)
    {
        var text = new StringBuilder(key.Length + 16);
        foreach (var unit in key)
        {
            _ = IsPlain(unit) ? text.Append(unit) : text.Append(Escape).Append(((int)unit).ToString("X4", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static bool IsPlain(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_' or '.' or ':' or '@' or '~' or '$' or '*' or '(' or ')' or ',' or '+' or ' ';
}
