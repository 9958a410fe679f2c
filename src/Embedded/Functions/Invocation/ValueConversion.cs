using System.ComponentModel;
using System.Globalization;

namespace Embedded.Functions.Invocation;

/// <summary>Turns text, as binding data and routes hold it, into values of simple types.</summary>
internal static class ValueConversion
{
    public static bool IsSimple(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(decimal) || plain == typeof(Guid)
            || plain == typeof(DateTime) || plain == typeof(DateTimeOffset) || plain == typeof(DateOnly) || plain == typeof(TimeOnly) || plain == typeof(TimeSpan);
    }

    /// <exception cref="FormatException">The text is no value of the type.</exception>
    public static object FromText(string text, Type type)
    {
        if (type == typeof(string))
            return text;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        // Binding data holds the JSON text of what is no text: a time stands in quotes.
        var bare = text is ['"', .., '"'] ? text[1..^1] : text;
        try
        {
            if (plain == typeof(DateTimeOffset))
                return DateTimeOffset.Parse(bare, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            if (plain == typeof(DateTime))
                return DateTime.Parse(bare, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
            return TypeDescriptor.GetConverter(plain).ConvertFromInvariantString(bare)!;
        }
        catch (Exception fault)
        {
            throw new FormatException($"'{text}' is no {plain.Name}.", fault);
        }
    }
}
