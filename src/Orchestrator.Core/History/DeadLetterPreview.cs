using System.Text;
using System.Text.Json;

namespace Orchestrator.History;

/// <summary>Makes the beginning of a body that lists show. Inputs and outputs may be secret and large: a list shows neither.</summary>
public static class DeadLetterPreview
{
    /// <summary>Most characters of a preview.</summary>
    public const int Length = 200;

    private const int TextLength = 100;

    /// <summary>
    /// Of a JSON object its first properties, with values that hold others, and inputs and outputs, as <c>…</c>; of anything else the first 100
    /// characters with white space and control characters as blanks.
    /// </summary>
    public static string Of(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return OfObject(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or with half a surrogate pair in a name: shown as the text that it is.
        }

        return OfText(body);
    }

    private static string OfObject(JsonElement body)
    {
        var preview = new StringBuilder("{");
        foreach (var property in body.EnumerateObject())
        {
            if (preview.Length > Length)
                break;
            preview.Append(preview.Length > 1 ? ", " : "").Append(property.Name).Append(": ").Append(OfValue(property));
        }

        return Cut(preview.Append('}').ToString(), Length);
    }

    private static string OfValue(JsonProperty property) => property.Value.ValueKind switch
    {
        _ when property.Name is "input" or "output" => "…",
        JsonValueKind.Object => "{…}",
        JsonValueKind.Array => "[…]",
        _ => property.Value.GetRawText(),
    };

    private static string OfText(string body) => Cut(body, TextLength);

    private static string Cut(string text, int length)
    {
        var cut = text.Length <= length ? text : Texts.Cut(text, length - 1) + "…";
        return string.Create(cut.Length, cut, static (span, cut) =>
        {
            for (var i = 0; i < cut.Length; i++)
                span[i] = char.IsControl(cut[i]) || char.IsWhiteSpace(cut[i]) ? ' ' : cut[i];
        });
    }
}
