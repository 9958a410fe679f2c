using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Access;

/// <summary>Names an API key: 16 hexadecimal digits in lower case, drawn at random. No secret; it stands in the key itself, in lists and in the audit.</summary>
public readonly record struct ApiKeyId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 16;

    private readonly string? _text;

    private ApiKeyId(string text) => _text = text;

    /// <summary>A new id.</summary>
    public static ApiKeyId New(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Length / 2];
        random.Fill(bytes);
        return new ApiKeyId(Convert.ToHexStringLower(bytes));
    }

    /// <summary>Reads an id; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ApiKeyId id)
    {
        var isId = text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
        id = isId ? new ApiKeyId(text!) : default;
        return isId;
    }

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is none.</exception>
    public static ApiKeyId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no id of an API key: {Length} hexadecimal digits in lower case.");

    /// <summary>The 16 digits.</summary>
    public override string ToString() => _text ?? "";
}
