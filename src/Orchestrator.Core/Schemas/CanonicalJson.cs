using System.Text;
using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary>One spelling for all values that are equal: 1 and 1.0, and objects whatever the order of their properties.</summary>
internal static class CanonicalJson
{
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    AppendText(text, property.Name);
                    Append(text, property.Value);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                    Append(text, item);
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendText(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(JsonNumber.Parse(value.GetRawText())).Append(';');
                break;
            default:
                text.Append(value.GetRawText()).Append(';');
                break;
        }
    }

    /// <summary>With its length before it nothing needs to be escaped.</summary>
    private static void AppendText(StringBuilder text, string value) => text.Append('"').Append(value.Length).Append(':').Append(value);
}
