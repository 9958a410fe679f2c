using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Orchestrator;

/// <summary>Ids of hexadecimal digits in lower case that begin with a time: 48 bits of milliseconds since 1970, and 80 bits that tell those of one time apart.</summary>
internal static class TimedHex
{
    /// <summary>Characters of an id.</summary>
    public const int Length = TimeLength + RestLength;

    /// <summary>Characters after the time.</summary>
    public const int RestLength = 20;

    private const int TimeLength = 12;
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The text of an id.</summary>
    public static string Format(long milliseconds, string rest) => $"{milliseconds:x12}{rest}";

    /// <summary>Reads an id; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out long milliseconds, out string rest)
    {
        (milliseconds, rest) = (0, "");
        if (text is not { Length: Length } || !text.All(char.IsAsciiHexDigitLower))
            return false;

        milliseconds = long.Parse(text.AsSpan(0, TimeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        rest = text[TimeLength..];
        return milliseconds <= LastMillisecond;
    }
}
