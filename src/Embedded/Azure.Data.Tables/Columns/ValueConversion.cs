using System.Globalization;

namespace Azure.Data.Tables.Columns;

/// <summary>How the value of a dictionary's column may change. As with the real client a column takes any value, but an int does not turn a long or a double into an int.</summary>
internal static class ValueConversion
{
    public static object Keep(object old, object value) => (old, value) switch
    {
        (long, int number) => (long)number,
        (double, int number) => (double)number,
        (string, DateTimeOffset time) => time.ToString(CultureInfo.InvariantCulture),
        (string, DateTime time) => time.ToString(CultureInfo.InvariantCulture),
        _ => value,
    };

    public static InvalidOperationException Mismatch(Type requested, object value) =>
        new($"Cannot return {requested} type for a {value.GetType()} typed property.");
}
