using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Storage.Settings;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>
/// Writes where a list goes on as a token that only we can make and that is good for the same filter only: version, id of
/// the last task given out, and an HMAC over these and the filter.
/// </summary>
internal sealed class ContinuationTokens
{
    private const byte Version = 1;
    private const int MacLength = 16;
    private const int BodyLength = 1 + TaskId.Length;

    private readonly StoreSecret _secret;

    public ContinuationTokens(StoreSecret secret) => _secret = secret;

    /// <summary>A token for the tasks older than <paramref name="position"/>.</summary>
    public async Task<string> WriteAsync(TaskId position, string filter, CancellationToken cancellationToken)
    {
        var token = new byte[BodyLength + MacLength];
        token[0] = Version;
        Encoding.ASCII.GetBytes(position.ToString(), token.AsSpan(1));
        Sign(await _secret.GetAsync(cancellationToken), token.AsSpan(0, BodyLength), filter).CopyTo(token.AsSpan(BodyLength));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Reads a token; null when it was not made by <see cref="WriteAsync"/> for this filter.</summary>
    public async Task<TaskId?> ReadAsync(string text, string filter, CancellationToken cancellationToken)
    {
        var token = new byte[BodyLength + MacLength];
        if (!Base64Url.IsValid(text, out var decodedLength) || decodedLength != token.Length)
            return null;
        if (!Base64Url.TryDecodeFromChars(text, token, out _) || token[0] != Version)
            return null;

        var mac = Sign(await _secret.GetAsync(cancellationToken), token.AsSpan(0, BodyLength), filter);
        var isOurs = CryptographicOperations.FixedTimeEquals(mac, token.AsSpan(BodyLength));
        return isOurs && TaskId.TryParse(Encoding.ASCII.GetString(token, 1, TaskId.Length), out var position) ? position : null;
    }

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> body, string filter) =>
        HMACSHA256.HashData(key, (byte[])[.. body, .. Encoding.UTF8.GetBytes(filter)])[..MacLength];
}
