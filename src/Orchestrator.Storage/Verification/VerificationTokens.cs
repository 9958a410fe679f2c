using System.Buffers.Text;
using System.Security.Cryptography;
using Orchestrator.Storage.Settings;

namespace Orchestrator.Storage.Verification;

/// <summary>Writes where a check goes on as a token that only we can make: an HMAC and the position.</summary>
internal sealed class VerificationTokens
{
    private const int MacLength = 16;
    private static readonly byte[] Purpose = "verify;"u8.ToArray();

    private readonly StoreSecret _secret;

    public VerificationTokens(StoreSecret secret) => _secret = secret;

    public async Task<string> WriteAsync(VerificationPosition position, CancellationToken cancellationToken)
    {
        var body = position.Write();
        return Base64Url.EncodeToString([.. Sign(await _secret.GetAsync(cancellationToken), body), .. body]);
    }

    /// <summary>Reads a token; null when it is none of ours.</summary>
    public async Task<VerificationPosition?> ReadAsync(string text, CancellationToken cancellationToken)
    {
        if (!Base64Url.IsValid(text))
            return null;

        var token = Base64Url.DecodeFromChars(text);
        if (token.Length <= MacLength)
            return null;

        var body = token[MacLength..];
        return CryptographicOperations.FixedTimeEquals(Sign(await _secret.GetAsync(cancellationToken), body), token.AsSpan(0, MacLength)) ? VerificationPosition.Read(body) : null;
    }

    private static byte[] Sign(byte[] key, byte[] body) => HMACSHA256.HashData(key, (byte[])[.. Purpose, .. body])[..MacLength];
}
