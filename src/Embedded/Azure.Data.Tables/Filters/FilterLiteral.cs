using System.Globalization;

namespace Azure.Data.Tables.Filters;

/// <summary>Values as OData writes them in a filter. Text is quoted and its quotes doubled, so no value can end its literal and become part of the filter.</summary>
internal static class FilterLiteral
{
    /// <exception cref="ArgumentException">The value has a type that no column has.</exception>
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => Quoted(text),
        char character => Quoted(character.ToString()),
        bool flag => flag ? "true" : "false",
        sbyte or byte or short or ushort or int => Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        uint or long or ulong => Convert.ToString(value, CultureInfo.InvariantCulture) + "L",
        float or double => Double(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        DateTimeOffset time => Time(time.UtcDateTime),
        DateTime { Kind: DateTimeKind.Utc } time => Time(time),
        DateTime time => throw new NotSupportedException($"A DateTime of kind {time.Kind} cannot stand in a filter; it must be UTC (DateTime.SpecifyKind), or use DateTimeOffset."),
        Guid guid => $"guid'{guid:D}'",
        byte[] bytes => Binary(bytes),
        BinaryData bytes => Binary(bytes.ToMemory().Span),
        Enum name => Quoted(name.ToString()),
        _ => throw new ArgumentException($"A value of the type {value.GetType()} cannot stand in a filter.", nameof(value)),
    };

    private static string Quoted(string text) => $"'{text.Replace("'", "''")}'";

    private static string Time(DateTime utc) => $"datetime'{utc.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture)}'";

    private static string Binary(ReadOnlySpan<byte> bytes) => $"X'{Convert.ToHexStringLower(bytes)}'";

    /// <summary>Always with a point or an exponent: without, it would be an Int32.</summary>
    private static string Double(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "INF" : "-INF";

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }
}
