using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Functions.TaskTypes;

/// <summary>
/// Writes a YAML document as JSON. Plain true, false, null, ~ and numbers as JSON writes them are what they say; everything else is a
/// string, as is all that stands in quotes. Aliases and tags are refused: a few of them can stand for very much.
/// </summary>
internal static partial class YamlAsJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1_000 };

    /// <summary>The document in JSON.</summary>
    /// <exception cref="FormatException">It is not YAML, not one document, or has no form in JSON; the message says where.</exception>
    public static byte[] Convert(string yaml)
    {
        using var stream = new MemoryStream();
        try
        {
            var parser = new Parser(new Scanner(new StringReader(yaml), skipComments: true));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            using (var json = new Utf8JsonWriter(stream, Options))
                WriteNode(parser, json, depth: 1);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
                throw Fault(second, "A second document begins here; a file holds one.");
        }
        catch (YamlException exception)
        {
            throw new FormatException($"Not valid YAML at line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}", exception);
        }

        return stream.ToArray();
    }

    private static void WriteNode(Parser parser, Utf8JsonWriter json, int depth)
    {
        if (depth > 100)
            throw Fault(parser.Current!, "More than 100 levels lie in each other.");

        var node = parser.Consume<ParsingEvent>();
        switch (node)
        {
            case NodeEvent { Tag.IsEmpty: false } tagged when !tagged.Tag.IsNonSpecific:
                throw Fault(node, "Tags are not supported.");
            case Scalar scalar:
                WriteScalar(scalar, json);
                break;
            case SequenceStart:
                json.WriteStartArray();
                while (!parser.TryConsume<SequenceEnd>(out _))
                    WriteNode(parser, json, depth + 1);
                json.WriteEndArray();
                break;
            case MappingStart:
                json.WriteStartObject();
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    json.WritePropertyName(parser.TryConsume<Scalar>(out var key) ? key.Value : throw Fault(parser.Current!, "The name of a field must be a text."));
                    WriteNode(parser, json, depth + 1);
                }

                json.WriteEndObject();
                break;
            default:
                throw Fault(node, "Aliases are not supported; write the value out.");
        }
    }

    private static void WriteScalar(Scalar scalar, Utf8JsonWriter json)
    {
        if (scalar.Style != ScalarStyle.Plain)
            json.WriteStringValue(scalar.Value);
        else if (scalar.Value is "" or "~" or "null")
            json.WriteNullValue();
        else if (scalar.Value is "true" or "false")
            json.WriteBooleanValue(scalar.Value == "true");
        else if (Number().IsMatch(scalar.Value))
            json.WriteRawValue(scalar.Value);
        else
            json.WriteStringValue(scalar.Value);
    }

    private static FormatException Fault(ParsingEvent place, string message) => new($"Not usable at line {place.Start.Line}, column {place.Start.Column}: {message}");

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
