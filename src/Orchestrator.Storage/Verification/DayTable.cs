using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Storage.Keys;

namespace Orchestrator.Storage.Verification;

/// <summary>A table that holds tasks.</summary>
/// <param name="Name">With prefix.</param>
/// <param name="Day">The day on which its tasks were submitted.</param>
internal sealed partial record DayTable(string Name, DateOnly Day)
{
    /// <summary>The table of a name; null when it is none that holds tasks.</summary>
    /// <param name="prefix">The configured one.</param>
    public static DayTable? Parse(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && Pattern().Match(name[prefix.Length..]) is { Success: true } match
        && DateOnly.TryParseExact(match.Groups["day"].ValueSpan, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DayTable(name, day)
            : null;

    [GeneratedRegex($"^{TaskKeys.TablePrefix}(?<day>[0-9]{{8}})(s[0-9a-f])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
