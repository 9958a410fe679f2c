using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Configuration;

/// <summary>Text with <c>%names%</c> of settings, as binding attributes hold it.</summary>
internal static partial class SettingExpression
{
    /// <summary>Puts the settings' values in place of their names.</summary>
    /// <param name="missing">The name of a setting that is not there; null when all are.</param>
    public static string Resolve(IConfiguration configuration, string text, out string? missing)
    {
        string? absent = null;
        var resolved = SettingName().Replace(text, match =>
        {
            var value = configuration[match.Groups["name"].Value];
            if (value is null)
                absent ??= match.Groups["name"].Value;
            return value ?? match.Value;
        });
        missing = absent;
        return resolved;
    }

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SettingName();
}
