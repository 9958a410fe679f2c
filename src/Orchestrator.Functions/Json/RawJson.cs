using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Functions.Json;

/// <summary>A piece of JSON text that goes out as it was stored, without being read and written anew.</summary>
/// <param name="Text">Valid JSON; null is written as null.</param>
[JsonConverter(typeof(Converter))]
internal readonly record struct RawJson(string? Text)
{
    internal sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(document.RootElement.GetRawText());
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
        {
            if (value.Text is null)
                writer.WriteNullValue();
            else
                writer.WriteRawValue(value.Text, skipInputValidation: true);
        }
    }
}
