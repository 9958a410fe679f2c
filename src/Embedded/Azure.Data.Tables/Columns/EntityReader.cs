using System.Text.Json;

namespace Azure.Data.Tables.Columns;

/// <summary>Makes entities of the service's JSON.</summary>
internal static class EntityReader
{
    /// <summary>The one entity that is the whole body.</summary>
    /// <exception cref="JsonException">The body is not an entity.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body)
        where T : class, ITableEntity
    {
        var reader = new Utf8JsonReader(body);
        Expect(ref reader, JsonTokenType.StartObject);
        return ReadObject<T>(ref reader);
    }

    /// <summary>The entities of a page: <c>{"odata.metadata":…,"value":[…]}</c>.</summary>
    /// <exception cref="JsonException">The body is not a page.</exception>
    public static List<T> ReadPage<T>(ReadOnlySpan<byte> body)
        where T : class, ITableEntity
    {
        var reader = new Utf8JsonReader(body);
        var entities = new List<T>();
        MoveToRows(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            entities.Add(ReadObject<T>(ref reader));
        return entities;
    }

    /// <summary>The names of a page of tables.</summary>
    /// <exception cref="JsonException">The body is not a page.</exception>
    public static List<string> ReadTableNames(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var names = new List<string>();
        MoveToRows(ref reader);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("TableName"u8);
                reader.Read();
                if (isName)
                    names.Add(reader.GetString()!);
                else
                    reader.Skip();
            }
        }

        return names;
    }

    private static T ReadObject<T>(ref Utf8JsonReader reader)
        where T : class, ITableEntity
    {
        if (typeof(T) == typeof(TableEntity))
        {
            var row = new TableEntity();
            DictionaryColumns.Read(ref reader, row.Columns);
            return (T)(object)row;
        }

        var entity = Activator.CreateInstance<T>();
        if (entity is IDictionary<string, object?> dictionary)
            DictionaryColumns.Read(ref reader, dictionary);
        else
            EntityShape.Of(typeof(T)).Read(ref reader, entity);
        return entity;
    }

    private static void MoveToRows(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("value"u8))
            {
                Expect(ref reader, JsonTokenType.StartArray);
                return;
            }

            reader.Read();
            reader.Skip();
        }

        throw new JsonException("The answer has no list 'value'.");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw new JsonException($"The answer has a JSON {reader.TokenType} where a {token} should be.");
    }
}
