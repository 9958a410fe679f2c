using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Orchestrator.Functions.Json;

/// <summary>
/// Reads JSON as RFC 8259 says and nothing else: UTF-8 without a byte order mark, no comments, no trailing commas, no second
/// value, no duplicate names, no unpaired surrogates. What the usual parsers let pass means something else to the next reader.
/// </summary>
internal static class StrictJson
{
    /// <summary>The most faults that are reported of one text.</summary>
    public const int MaxFaults = 50;

    /// <summary>Finds what is wrong with the form of <paramref name="utf8"/>; empty when it is one good JSON value.</summary>
    /// <param name="utf8">The whole text.</param>
    /// <param name="maxDepth">How many containers may lie in each other, 1 or more.</param>
    public static IReadOnlyList<Fault> Check(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (utf8.IsEmpty)
            return [new Fault("", "The body is empty; a JSON object is expected.")];
        if (utf8.StartsWith("\uFEFF"u8))
            return [new Fault("", "The body begins with a byte order mark; send UTF-8 without one.")];
        if (!Utf8.IsValid(utf8))
            return [new Fault("", $"Byte {FirstInvalidByte(utf8)} is not valid UTF-8.")];

        return Walk(utf8, maxDepth);
    }

    private static List<Fault> Walk(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var faults = new List<Fault>();
        var path = new JsonPath();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read() && faults.Count < MaxFaults)
                Visit(ref reader, path, faults);
        }
        catch (JsonException exception)
        {
            // The exception's own text ends with the place, counted from 0; people count from 1.
            var place = $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            faults.Add(new Fault(path.Pointer, $"Not valid JSON at {place}: {Reason(exception, maxDepth)}"));
        }

        return faults;
    }

    private static void Visit(ref Utf8JsonReader reader, JsonPath path, List<Fault> faults)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                path.EnterObject();
                break;
            case JsonTokenType.StartArray:
                path.EnterArray();
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Leave();
                path.ValueRead();
                break;
            case JsonTokenType.PropertyName:
                var readable = TryGetString(ref reader, out var name);
                var isNew = path.Name(readable ? name : "\uFFFD");
                if (!readable)
                    faults.Add(new Fault(path.Pointer, "A property name holds an unpaired surrogate."));
                else if (!isNew)
                    faults.Add(new Fault(path.Pointer, "The property stands here twice."));
                break;
            default:
                if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped && !TryGetString(ref reader, out _))
                    faults.Add(new Fault(path.Pointer, "The string holds an unpaired surrogate."));
                path.ValueRead();
                break;
        }
    }

    /// <summary>The text is valid UTF-8, so all that the reader can refuse is an escape such as \ud800 without its other half.</summary>
    private static bool TryGetString(ref Utf8JsonReader reader, out string value)
    {
        try
        {
            value = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            value = "";
            return false;
        }
    }

    private const string LiteralFault = "' is an invalid JSON literal.";

    private static string Reason(JsonException exception, int maxDepth)
    {
        if (exception.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            return $"more than {maxDepth} containers lie in each other.";

        // The rest tells the place again, or speaks to whoever programs the reader.
        var message = exception.Message.Replace(" which is not supported in this mode. Change the reader options", "", StringComparison.Ordinal);
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        message = end < 0 ? message : message[..end];

        // It quotes as much as it has read, which may be all there is.
        var literal = message.IndexOf(LiteralFault, StringComparison.Ordinal);
        return literal < 0 ? message : $"'{message[1]}' does not begin a value.{message[(literal + LiteralFault.Length)..]}";
    }

    private static int FirstInvalidByte(ReadOnlySpan<byte> utf8)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(utf8[position..], out _, out var length) == OperationStatus.Done)
            position += length;
        return position + 1;
    }
}
