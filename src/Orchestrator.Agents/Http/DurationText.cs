using System.Globalization;
using System.Xml;

namespace Orchestrator.Agents.Http;

/// <summary>Reads a duration in ISO 8601 (<c>PT5S</c>, <c>PT1M30S</c>) or as <c>hh:mm:ss</c>.</summary>
internal static class DurationText
{
    /// <returns>Null where the text is neither.</returns>
    public static TimeSpan? TryParse(string text)
    {
        if (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var plain) && text.Contains(':', StringComparison.Ordinal))
            return plain;

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return null;
        }
    }
}
