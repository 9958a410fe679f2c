using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Writes what is known of an entity: nothing of what there is not, and a state that was not read as text.</summary>
internal sealed class EntityMetadataConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert == typeof(EntityMetadata)
        || (typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(EntityMetadata<>));

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var stateType = typeToConvert == typeof(EntityMetadata) ? typeof(SerializedData) : typeToConvert.GetGenericArguments()[0];
        return (JsonConverter)Activator.CreateInstance(typeof(Converter<,>).MakeGenericType(typeToConvert, stateType))!;
    }

    private sealed class Converter<TMetadata, TState> : JsonConverter<TMetadata>
        where TMetadata : EntityMetadata<TState>
    {
        public override TMetadata Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("EntityMetadata cannot be deserialized");

        public override void Write(Utf8JsonWriter writer, TMetadata value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString(Name(nameof(value.Id)), value.Id.ToString());
            writer.WriteString(Name(nameof(value.LastModifiedTime)), value.LastModifiedTime);
            if (value.BacklogQueueSize > 0)
            {
                writer.WriteNumber(Name(nameof(value.BacklogQueueSize)), value.BacklogQueueSize);
            }

            if (value.LockedBy is not null)
            {
                writer.WriteString(Name(nameof(value.LockedBy)), value.LockedBy);
            }

            if (value.IncludesState)
            {
                writer.WritePropertyName(Name(nameof(value.State)));
                WriteState(writer, value.State, options);
            }

            writer.WriteEndObject();

            string Name(string name) => options.PropertyNamingPolicy?.ConvertName(name) ?? name;
        }

        private static void WriteState(Utf8JsonWriter writer, TState state, JsonSerializerOptions options)
        {
            if (state is SerializedData data)
            {
                writer.WriteStringValue(data.Value);
            }
            else
            {
                JsonSerializer.Serialize(writer, state, options);
            }
        }
    }
}
