using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Access;

/// <summary>
/// An API key as its holder has it: <c>ork_</c>, the id, <c>_</c> and 256 random bits in base64url. Only the SHA-256 of the whole text is ever stored:
/// with so much chance in it nothing slower is needed, and nobody who reads the table can call.
/// </summary>
public sealed class ApiKeySecret
{
    private const string Prefix = "ork_";
    private const int SecretBytes = 32;
    private const int SecretCharacters = 43;
    private const int SecretStart = 4 + ApiKeyId.Length + 1;

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly byte[] _hash;

    private ApiKeySecret(ApiKeyId id, string text)
    {
        Id = id;
        Text = text;
        _hash = SHA256.HashData(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>The id in it.</summary>
    public ApiKeyId Id { get; }

    /// <summary>All of it: a secret, shown to its holder once.</summary>
    public string Text { get; }

    /// <summary>What is stored of it, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Hash => _hash;

    /// <summary>A new key.</summary>
    public static ApiKeySecret New(IRandomSource random)
    {
        var id = ApiKeyId.New(random);
        Span<byte> secret = stackalloc byte[SecretBytes];
        random.Fill(secret);
        return new ApiKeySecret(id, $"{Prefix}{id}_{Base64Url.EncodeToString(secret)}");
    }

    /// <summary>Reads what a caller has sent; false when it has not the form of a key of ours.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ApiKeySecret? secret)
    {
        secret = null;
        if (text is not { Length: SecretStart + SecretCharacters } || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[SecretStart - 1] != '_'
            || !ApiKeyId.TryParse(text.Substring(Prefix.Length, ApiKeyId.Length), out var id)
            || text.AsSpan(SecretStart).ContainsAnyExcept(Characters))
        {
            return false;
        }

        secret = new ApiKeySecret(id, text);
        return true;
    }

    /// <summary>Whether this is the key of which a hash was stored. Takes as long whatever the difference is.</summary>
    public bool Matches(ReadOnlySpan<byte> hash) => CryptographicOperations.FixedTimeEquals(_hash, hash);

    /// <summary>The id: the secret must not get into a log by mistake.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";
}
