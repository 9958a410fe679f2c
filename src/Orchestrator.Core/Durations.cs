using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;

namespace Orchestrator;

/// <summary>
/// Durations as text: ISO 8601 such as PT5S or P1DT2H, without years and months, which have no fixed length; read as hh:mm:ss or d.hh:mm:ss too. None
/// is negative.
/// </summary>
public static partial class Durations
{
    /// <summary>What a person is told that the text must be.</summary>
    public const string Form = "a duration such as PT1M30S or 00:01:30";

    /// <summary>Writes a duration, in ISO 8601.</summary>
    public static string ToText(TimeSpan duration) => XmlConvert.ToString(duration);

    /// <summary>Reads a duration.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is null)
            return false;
        if (Colons().IsMatch(text))
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration);

        var match = Pattern().Match(text);
        if (!match.Success || text[^1] is 'P' or 'T')
            return false;

        var seconds = (Number(match, "w") * 604_800) + (Number(match, "d") * 86_400) + (Number(match, "h") * 3_600) + (Number(match, "m") * 60) + Number(match, "s");
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    private static decimal Number(Match match, string part) =>
        match.Groups[part] is { Success: true } group ? decimal.Parse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\AP(?:(?<w>[0-9]{1,4})W|(?:(?<d>[0-9]{1,6})D)?(?:T(?:(?<h>[0-9]{1,8})H)?(?:(?<m>[0-9]{1,9})M)?(?:(?<s>[0-9]{1,10}(?:\.[0-9]{1,7})?)S)?)?)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A([0-9]{1,8}\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Colons();
}
