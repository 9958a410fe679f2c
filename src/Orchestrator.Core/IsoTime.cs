using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator;

/// <summary>Times as text: ISO 8601 with the offset from UTC. A time without one means something else on every machine.</summary>
public static partial class IsoTime
{
    /// <summary>What a person is told that the text must be.</summary>
    public const string Form = "a time with its offset from UTC, such as 2026-11-22T12:00:00Z";

    /// <summary>Reads a time, as UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (!Pattern().IsMatch(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return false;

        time = parsed.ToUniversalTime();
        return true;
    }

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
