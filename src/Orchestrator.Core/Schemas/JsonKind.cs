using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary>The kinds of values that a schema's <c>type</c> names.</summary>
[Flags]
internal enum JsonKind
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Object = 4,
    Array = 8,
    Number = 16,
    String = 32,

    /// <summary>A number without a fraction, however it is written: 1.0 is one.</summary>
    Integer = 64,
}

/// <summary>Names of kinds.</summary>
internal static class JsonKinds
{
    private static readonly (string Keyword, JsonKind Kind, string Words)[] All =
    [
        ("string", JsonKind.String, "a string"),
        ("number", JsonKind.Number, "a number"),
        ("integer", JsonKind.Integer, "a whole number"),
        ("boolean", JsonKind.Boolean, "a boolean"),
        ("object", JsonKind.Object, "an object"),
        ("array", JsonKind.Array, "an array"),
        ("null", JsonKind.Null, "null"),
    ];

    /// <summary>What a schema may name, for people.</summary>
    public static string Keywords { get; } = string.Join(", ", All.Select(kind => kind.Keyword));

    /// <summary>The kind with a name; none for another name.</summary>
    public static JsonKind Parse(string? keyword) => All.FirstOrDefault(kind => kind.Keyword == keyword).Kind;

    /// <summary>The kinds in words.</summary>
    public static string Describe(JsonKind kinds) => string.Join(" or ", All.Where(kind => kinds.HasFlag(kind.Kind)).Select(kind => kind.Words));

    /// <summary>Whether the value is of one of the kinds.</summary>
    public static bool Fits(JsonElement value, JsonKind kinds) => value.ValueKind switch
    {
        JsonValueKind.Null => kinds.HasFlag(JsonKind.Null),
        JsonValueKind.True or JsonValueKind.False => kinds.HasFlag(JsonKind.Boolean),
        JsonValueKind.Object => kinds.HasFlag(JsonKind.Object),
        JsonValueKind.Array => kinds.HasFlag(JsonKind.Array),
        JsonValueKind.String => kinds.HasFlag(JsonKind.String),
        _ => kinds.HasFlag(JsonKind.Number) || (kinds.HasFlag(JsonKind.Integer) && IsWhole(value)),
    };

    private static bool IsWhole(JsonElement number)
    {
        var text = number.GetRawText();
        return text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 || JsonNumber.Parse(text).IsWhole;
    }
}
