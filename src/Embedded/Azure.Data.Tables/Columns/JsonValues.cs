using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Columns;

/// <summary>Numbers as the service writes them: 64-bit integers and what is not finite as text, doubles always with a point or an exponent.</summary>
internal static class JsonValues
{
    public static long ReadInt64(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : long.Parse(reader.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public static double ReadDouble(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : ParseDouble(reader.GetString()!);

    /// <summary>A number without annotation: an Int32, or a Double if it has a point or an exponent or is too large.</summary>
    public static object ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.ValueSpan.IndexOfAny(".eE"u8) < 0)
        {
            if (reader.TryGetInt32(out var small))
                return small;
            if (reader.TryGetInt64(out var large))
                return large;
        }

        return reader.GetDouble();
    }

    public static double ParseDouble(string text) => text switch
    {
        "INF" or "Infinity" => double.PositiveInfinity,
        "-INF" or "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
