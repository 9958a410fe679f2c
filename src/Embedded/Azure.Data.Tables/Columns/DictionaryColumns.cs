using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Columns;

/// <summary>Entities that are dictionaries from column to value: the type of a value says the type of its column.</summary>
internal static class DictionaryColumns
{
    private const int LongestName = 280;

    public static void Write(EntityWriter writer, IDictionary<string, object> columns)
    {
        if (columns is TableEntity entity)
        {
            foreach (var (key, value) in entity.Columns)
                Write(writer, key, value);
            return;
        }

        foreach (var (key, value) in columns)
            Write(writer, key, value);
    }

    public static void Read(ref Utf8JsonReader reader, IDictionary<string, object?> columns)
    {
        List<(ColumnName Name, EdmType Type)>? annotations = null;
        Span<char> buffer = stackalloc char[LongestName];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<char> name = reader.ValueSpan.Length > buffer.Length ? reader.GetString() : buffer[..reader.CopyString(buffer)];
            reader.Read();
            if (name.EndsWith(ColumnName.TypeSuffix, StringComparison.Ordinal))
            {
                var annotated = ColumnNames.Of(name[..^ColumnName.TypeSuffix.Length]);
                var type = TypeOf(ref reader);
                if (columns.TryGetValue(annotated.Text, out var early))
                    columns[annotated.Text] = Typed(annotated, early, type);
                else
                    (annotations ??= []).Add((annotated, type));
            }
            else if (name.SequenceEqual("odata.etag"))
            {
                columns["odata.etag"] = reader.GetString();
            }
            else if (name.StartsWith("odata.") || name.Contains("@odata.", StringComparison.Ordinal))
            {
                reader.Skip();
            }
            else
            {
                var column = ColumnNames.Of(name);
                columns[column.Text] = Value(ref reader, column, Take(annotations, column));
            }
        }
    }

    private static void Write(EntityWriter writer, string key, object? value)
    {
        var name = ColumnNames.Of(key);
        if (value is null || name.IsSystem)
            return;

        switch (value)
        {
            case string text: writer.WriteString(name, text); break;
            case int number: writer.WriteInt32(name, number); break;
            case long number: writer.WriteInt64(name, number); break;
            case bool flag: writer.WriteBoolean(name, flag); break;
            case DateTimeOffset time: writer.WriteDateTime(name, time); break;
            case DateTime time: writer.WriteDateTime(name, time); break;
            case double number: writer.WriteDouble(name, number); break;
            case Guid guid: writer.WriteGuid(name, guid); break;
            case byte[] bytes: writer.WriteBinary(name, bytes); break;
            case BinaryData bytes: writer.WriteBinary(name, bytes.ToMemory().Span); break;
            case ulong number: writer.WriteInt64(name, checked((long)number)); break;
            case Enum: throw new NotSupportedException($"The property '{key}' is an enum value; enum values are only supported for entity types of one's own.");
            default: throw new NotSupportedException($"The property '{key}' has the type {value.GetType()}, which tables cannot hold.");
        }
    }

    private static EdmType Take(List<(ColumnName Name, EdmType Type)>? annotations, ColumnName column)
    {
        if (annotations is null)
            return EdmType.None;

        // The annotation stands right before its value, so the last one is nearly always it.
        for (var i = annotations.Count - 1; i >= 0; i--)
        {
            if (!ReferenceEquals(annotations[i].Name, column) && annotations[i].Name.Text != column.Text)
                continue;
            var type = annotations[i].Type;
            annotations.RemoveAt(i);
            return type;
        }

        return EdmType.None;
    }

    private static EdmType TypeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("Edm.DateTime"u8) ? EdmType.DateTime
        : reader.ValueTextEquals("Edm.Int64"u8) ? EdmType.Int64
        : reader.ValueTextEquals("Edm.Binary"u8) ? EdmType.Binary
        : reader.ValueTextEquals("Edm.Guid"u8) ? EdmType.Guid
        : reader.ValueTextEquals("Edm.Double"u8) ? EdmType.Double
        : reader.ValueTextEquals("Edm.String"u8) ? EdmType.String
        : reader.ValueTextEquals("Edm.Int32"u8) ? EdmType.Int32
        : reader.ValueTextEquals("Edm.Boolean"u8) ? EdmType.Boolean
        : throw new NotSupportedException($"The service answered with a property of the type {reader.GetString()}, which is not known.");

    private static object? Value(ref Utf8JsonReader reader, ColumnName column, EdmType type)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;

        switch (type)
        {
            case EdmType.Binary: return reader.GetBytesFromBase64();
            case EdmType.DateTime: return reader.GetDateTimeOffset();
            case EdmType.Guid: return reader.GetGuid();
            case EdmType.Int64: return JsonValues.ReadInt64(ref reader);
            case EdmType.Double: return JsonValues.ReadDouble(ref reader);
            case EdmType.Int32 when reader.TokenType == JsonTokenType.Number: return reader.GetInt32();
        }

        return reader.TokenType switch
        {
            JsonTokenType.String when column.Text == "Timestamp" => reader.GetDateTimeOffset(),
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number => JsonValues.ReadNumber(ref reader),
            _ => throw new JsonException($"The property '{column.Text}' of the answer is neither text, number nor truth value."),
        };
    }

    /// <summary>A value that came before its annotation, and was therefore read as what JSON says it is.</summary>
    private static object? Typed(ColumnName column, object? value, EdmType type) => (type, value) switch
    {
        (_, null) => null,
        (EdmType.Binary, string text) => Convert.FromBase64String(text),
        (EdmType.DateTime, string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        (EdmType.Guid, string text) => Guid.Parse(text),
        (EdmType.Int64, string text) => long.Parse(text, CultureInfo.InvariantCulture),
        (EdmType.Int64, int number) => (long)number,
        (EdmType.Double, string text) => JsonValues.ParseDouble(text),
        (EdmType.Double, int number) => (double)number,
        (EdmType.Double, long number) => (double)number,
        (EdmType.Double, double number) => number,
        (EdmType.String, string text) => text,
        (EdmType.Int32, int number) => number,
        (EdmType.Boolean, bool flag) => flag,
        _ => throw new JsonException($"The property '{column.Text}' of the answer is not of the type {type} that its annotation gives it."),
    };
}
