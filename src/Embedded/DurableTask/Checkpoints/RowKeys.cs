using System.Globalization;
using System.Text;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>Row keys of instances and entities: reversible, and in the order of the ids as far as these are plain.</summary>
internal static class RowKeys
{
    /// <summary>Marks what is no letter, digit, or one of the signs that stand for themselves.</summary>
    private const char Escape = '=';

    public static string From(string key)
    {
        if (key.All(IsPlain))
        {
            return key;
        }

        var text = new StringBuilder(key.Length + 16);
        foreach (var unit in key)
        {
            _ = IsPlain(unit) ? text.Append(unit) : text.Append(Escape).Append(((int)unit).ToString("X4", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    public static string ToKey(string rowKey)
    {
        if (!rowKey.Contains(Escape))
        {
            return rowKey;
        }

        var text = new StringBuilder(rowKey.Length);
        for (var i = 0; i < rowKey.Length; i++)
        {
            if (rowKey[i] == Escape)
            {
                text.Append((char)int.Parse(rowKey.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(rowKey[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsPlain(char unit) => char.IsAsciiLetterOrDigit(unit) || unit is '-' or '_' or '.' or ':' or '@' or '~' or '$' or '*' or '(' or ')' or ',' or '+' or ' ';
}
