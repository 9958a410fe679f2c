using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>
/// Columns as JSON with the annotations of <c>odata=minimalmetadata</c>: those types are named that JSON does not tell. A double always has a point or an
/// exponent, or is one of three words.
/// </summary>
internal static class RowJson
{
    private const string TypeSuffix = "@odata.type";

    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>An object of the columns, an annotation right before its value.</summary>
    public static byte[] Write(IEnumerable<Column> columns)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, _options);
        json.WriteStartObject();
        foreach (var column in columns)
            Write(json, column);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, Column column)
    {
        switch (column.Value)
        {
            case string text: json.WriteString(column.Name, text); break;
            case bool flag: json.WriteBoolean(column.Name, flag); break;
            case int number: json.WriteNumber(column.Name, number); break;
            case long number: Annotated(json, column, number.ToString(CultureInfo.InvariantCulture)); break;
            case double number when double.IsFinite(number):
                json.WritePropertyName(column.Name);
                json.WriteRawValue(Finite(number), skipInputValidation: true);
                break;
            case double number: Annotated(json, column, double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity"); break;
            case DateTimeOffset time: Annotated(json, column, time.UtcDateTime.ToString(StoredRow.TimeFormat, CultureInfo.InvariantCulture)); break;
            case Guid guid: Annotated(json, column, guid.ToString()); break;
            case byte[] bytes: Annotated(json, column, Convert.ToBase64String(bytes)); break;
        }
    }

    /// <summary>What a client sends: columns in any order, annotations anywhere. Columns without a value are left out, as the service does.</summary>
    /// <exception cref="TableRefusal">It is no JSON object of columns.</exception>
    public static SentRow Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var properties = document.RootElement.EnumerateObject().ToList();
            var types = properties.Where(property => property.Name.EndsWith(TypeSuffix, StringComparison.Ordinal))
                .ToDictionary(property => property.Name[..^TypeSuffix.Length], property => property.Value.GetString(), StringComparer.Ordinal);
            var columns = properties.Where(property => !property.Name.Contains("odata.", StringComparison.Ordinal) && property.Value.ValueKind != JsonValueKind.Null)
                .Select(property => SentValue.Read(property.Name, property.Value, types.GetValueOrDefault(property.Name)))
                .ToList();
            return SentRow.Of(columns);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            throw TableRefusal.InvalidInput();
        }
    }

    /// <summary>What <see cref="Write(IEnumerable{Column})"/> has written.</summary>
    public static List<Column> ReadStored(byte[] columns) => [.. Read(columns).Columns];

    /// <summary>One column of what <see cref="Write(IEnumerable{Column})"/> has written; null where it is not there.</summary>
    public static Column? ReadStored(byte[] columns, string name)
    {
        var reader = new Utf8JsonReader(columns);
        string? type = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                reader.Read();
                return SentValue.Read(name, JsonElement.ParseValue(ref reader), type);
            }

            var annotates = reader.ValueTextEquals(name + TypeSuffix);
            reader.Read();
            if (annotates)
                type = reader.GetString();
        }

        return null;
    }

    private static void Annotated(Utf8JsonWriter json, Column column, string value)
    {
        json.WriteString(column.Name + TypeSuffix, "Edm." + column.Type);
        json.WriteString(column.Name, value);
    }

    private static string Finite(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }
}
