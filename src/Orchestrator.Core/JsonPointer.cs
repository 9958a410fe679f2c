using System.Globalization;
using System.Text.Json;

namespace Orchestrator;

/// <summary>A place in a JSON document, as RFC 6901 writes it: empty for the whole, else <c>/name/0</c> with <c>~1</c> for a slash and <c>~0</c> for a tilde.</summary>
public sealed class JsonPointer
{
    private readonly string[] _tokens;

    private JsonPointer(string[] tokens) => _tokens = tokens;

    /// <summary>The names and indexes that lead to the place.</summary>
    public IReadOnlyList<string> Parts => _tokens;

    /// <returns>Null where the text is no pointer.</returns>
    public static JsonPointer? TryParse(string text)
    {
        if (text.Length == 0)
            return new JsonPointer([]);
        if (text[0] != '/' || text.Split('~').Skip(1).Any(behind => !behind.StartsWith('0') && !behind.StartsWith('1')))
            return null;
        return new JsonPointer([.. text[1..].Split('/').Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
    }

    /// <summary>Whether a text is a pointer to something within a document.</summary>
    public static bool PointsWithin(string text) => text.Length > 0 && TryParse(text) is not null;

    /// <summary>A property's name as part of a pointer.</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The pointer with one more part.</summary>
    public static string Join(string pointer, string name) => $"{pointer}/{Escape(name)}";

    /// <summary>The value at the place; null where there is none.</summary>
    public JsonElement? Find(JsonElement document)
    {
        var value = document;
        foreach (var token in _tokens)
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(token, out var property))
                value = property;
            else if (value.ValueKind == JsonValueKind.Array && IndexOf(token) is { } index && index < value.GetArrayLength())
                value = value[index];
            else
                return null;
        }

        return value;
    }

    private static int? IndexOf(string token) =>
        (token.Length == 1 || !token.StartsWith('0')) && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
