using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Orchestrator.Secrets;

/// <summary>A text that stands for a secret: <c>secret:NAME</c>. It is no secret itself, and is stored and shown as it is.</summary>
public static partial class SecretReference
{
    /// <summary>What such a text begins with.</summary>
    public const string Prefix = "secret:";

    /// <summary>What a name must be, to stand behind "it".</summary>
    public const string NameRule = "1 to 127 letters, digits and '-'";

    /// <summary>The reference to a secret.</summary>
    public static string To(string name) => Prefix + name;

    /// <summary>Whether a text as a whole is a reference.</summary>
    public static bool Is(string? text) => TryParse(text, out _);

    /// <summary>Takes the name out of a text that as a whole is a reference.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? name)
    {
        name = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && IsName(text[Prefix.Length..]) ? text[Prefix.Length..] : null;
        return name is not null;
    }

    /// <summary>Whether a text can name a secret: the names that Key Vault takes.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex(@"\A[0-9a-zA-Z-]{1,127}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
