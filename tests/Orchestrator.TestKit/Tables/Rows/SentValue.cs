using System.Globalization;
using System.Text.Json;

namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>Reads one value by its annotation or, without one, by what JSON says it is.</summary>
internal static class SentValue
{
    /// <exception cref="InvalidOperationException">The value is not of that type.</exception>
    /// <exception cref="FormatException">Likewise.</exception>
    public static Column Read(string name, JsonElement value, string? type) => Column.Of(name, type switch
    {
        null => Plain(value),
        "Edm.String" => value.GetString()!,
        "Edm.Boolean" => value.GetBoolean(),
        "Edm.Int32" => value.GetInt32(),
        "Edm.Int64" => value.ValueKind == JsonValueKind.Number ? value.GetInt64() : long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        "Edm.Double" => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : Double(value.GetString()!),
        "Edm.DateTime" => DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        "Edm.Guid" => value.GetGuid(),
        "Edm.Binary" => value.GetBytesFromBase64(),
        _ => throw new FormatException($"There is no type {type}."),
    });

    private static object Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 => value.GetInt32(),
        JsonValueKind.Number => value.GetDouble(),
        _ => throw new FormatException("A column is neither text, number nor truth value."),
    };

    private static double Double(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" or "INF" => double.PositiveInfinity,
        "-Infinity" or "-INF" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
