using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Orchestrator.Configuration;

/// <summary>Finds values that cannot be read as what their setting is.</summary>
internal static class Unreadable
{
    private const string Must = "must be ";

    /// <summary>What is wrong with a value, with key, value and rule; null when nothing is, or there is no such setting.</summary>
    public static string? Find(SettingsSection section, string key, string value)
    {
        if (section.Find(key) is not { } setting || SettingText.FindRule(setting.ValueType, value) is not { } rule)
            return null;

        // The whole rule at once: whoever corrects the form should not learn of the range at the next start only.
        var range = setting.Property?.GetCustomAttribute<RangeAttribute>()?.ErrorMessage is { } message && message.StartsWith(Must, StringComparison.Ordinal)
            ? $", {message[Must.Length..]}"
            : "";
        return $"{key} is '{setting.Show(value)}'; it {Must}{rule}{range}.";
    }
}
