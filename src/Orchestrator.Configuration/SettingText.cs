using System.ComponentModel;
using System.Globalization;

namespace Orchestrator.Configuration;

/// <summary>Values as text, as settings hold them.</summary>
internal static class SettingText
{
    /// <summary>The text that is read as <paramref name="value"/>; null for null.</summary>
    public static string? Of(object? value) => value switch
    {
        null => null,
        bool isSo => isSo ? "true" : "false",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        Uri address => address.OriginalString,
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>Whether one text makes a value of the type.</summary>
    public static bool IsValue(Type type) => type != typeof(object) && TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>What a text would have to be to be read as the type; null when it is that.</summary>
    /// <remarks>
    /// Stricter than the binder in two things that are never meant: <c>30</c> for a time would be thirty days, and a number for a name whatever stands there.
    /// </remarks>
    public static string? FindRule(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase) ? null : $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(TimeSpan) && !text.Contains(':', StringComparison.Ordinal))
            return RuleOf(type);
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException or InvalidCastException or NotSupportedException)
        {
            return RuleOf(type);
        }
    }

    private static string RuleOf(Type type)
    {
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(TimeSpan))
            return "a time as hh:mm:ss or d.hh:mm:ss";
        if (type == typeof(Uri))
            return "an address";
        return type == typeof(int) || type == typeof(long) ? "a whole number" : type == typeof(double) || type == typeof(decimal) ? "a number" : $"a {type.Name}";
    }
}
