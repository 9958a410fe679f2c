using Microsoft.Extensions.Configuration;

namespace Orchestrator.Configuration;

/// <summary>A key that stands in the configuration and is no setting.</summary>
/// <param name="Key">As it is written.</param>
/// <param name="Nearest">The setting that is most like it; null when none is.</param>
/// <param name="IsMisspelt">Whether it is so near to a setting that it can only be meant for it.</param>
public sealed record UnknownSetting(string Key, string? Nearest, bool IsMisspelt);

/// <summary>
/// Finds keys that are set and do nothing. One that is nearly a setting is a slip, which nobody would notice until the setting is needed: a fault. Any other
/// may be of a newer release, and an older one that is put back in a hurry must start all the same: a warning.
/// </summary>
public static class UnknownSettings
{
    private const int SlipDistance = 2;

    /// <summary>All of them below <paramref name="root"/>, in order.</summary>
    public static IReadOnlyList<UnknownSetting> Find(IConfiguration configuration, string root, IReadOnlyCollection<SettingsSection> sections)
    {
        var known = sections.SelectMany(section => section.Settings).Select(setting => setting.Key).ToList();
        return
        [
            .. from pair in configuration.GetSection(root).AsEnumerable()
               where pair.Value is { Length: > 0 } && !sections.Any(section => section.Find(pair.Key) is not null)
               orderby pair.Key
               let nearest = Nearest(pair.Key, known)
               select new UnknownSetting(pair.Key, nearest?.Key, nearest?.Distance <= SlipDistance),
        ];
    }

    private static (string Key, int Distance)? Nearest(string key, List<string> known)
    {
        (string Key, int Distance)? best = null;
        foreach (var candidate in known)
        {
            var named = InPlace(candidate, key);
            var distance = Distance(named.ToUpperInvariant(), key.ToUpperInvariant());
            if (distance <= Math.Max(SlipDistance, key.Length / 4) && (best is null || distance < best.Value.Distance))
                best = (named, distance);
        }

        return best;
    }

    /// <summary>The candidate with the numbers and names that the key has in their places.</summary>
    private static string InPlace(string candidate, string key)
    {
        var (own, segments) = (candidate.Split(':'), key.Split(':'));
        return string.Join(':', own.Select((part, index) =>
            part is SettingDefinition.Number or SettingDefinition.Name && index < segments.Length && SettingDefinition.Fits(part, segments[index]) ? segments[index] : part));
    }

    /// <summary>How many characters must be added, left out, replaced or swapped with their neighbour (optimal string alignment).</summary>
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[left.Length, right.Length];
    }
}
