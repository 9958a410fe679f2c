using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;

namespace Orchestrator;

/// <summary>Durations as text: ISO 8601 without years and months (<c>PT1M30S</c>, <c>P2D</c>), or <c>[d.]hh:mm:ss[.fff]</c>.</summary>
public static class Durations
{
    /// <summary>What a person is told that the text must be.</summary>
    public const string Form = "a duration such as PT1M30S or 00:01:30";

    /// <summary>Reads a duration.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrEmpty(text) || text.Length > 40)
            return false;
        if (!text.StartsWith('P') && !text.StartsWith("-P", StringComparison.Ordinal))
            return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParseExact(text, ["c", @"h\:mm\:ss", @"hh\:mm\:ss"], CultureInfo.InvariantCulture, out duration);

        // A month is of no fixed length, and the parser would take thirty days for it.
        var date = text.Split('T')[0];
        if (date.Contains('Y', StringComparison.Ordinal) || date.Contains('M', StringComparison.Ordinal))
            return false;

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>The duration in ISO 8601.</summary>
    public static string ToText(TimeSpan duration) => XmlConvert.ToString(duration);
}
