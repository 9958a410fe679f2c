using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Storage.Settings;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>
/// Writes where a list goes on as a token that only we can make and that is good for the same filter only: version, position
/// (of tasks the id of the last one given out), and an HMAC over these and the filter.
/// </summary>
internal sealed class ContinuationTokens
{
    private const byte Version = 1;
    private const int MacLength = 16;
    private const int MaxLength = 3_000;

    private readonly StoreSecret _secret;

    public ContinuationTokens(StoreSecret secret) => _secret = secret;

    /// <summary>A token for the tasks older than <paramref name="position"/>.</summary>
    public Task<string> WriteAsync(TaskId position, string filter, CancellationToken cancellationToken) => WriteTextAsync(position.ToString(), filter, cancellationToken);

    /// <summary>Reads a token; null when it was not made by <see cref="WriteAsync"/> for this filter.</summary>
    public async Task<TaskId?> ReadAsync(string text, string filter, CancellationToken cancellationToken) =>
        await ReadTextAsync(text, filter, cancellationToken) is { } position && TaskId.TryParse(position, out var id) ? id : null;

    /// <summary>A token for a position of any kind. The position can be read from it: it is protected against change, not hidden.</summary>
    /// <param name="filter">Must differ for different filters, and for lists of different things.</param>
    public async Task<string> WriteTextAsync(string position, string filter, CancellationToken cancellationToken)
    {
        byte[] body = [Version, .. Encoding.UTF8.GetBytes(position)];
        return Base64Url.EncodeToString([.. body, .. Sign(await _secret.GetAsync(cancellationToken), body, filter)]);
    }

    /// <summary>Reads a token; null when it was not made by <see cref="WriteTextAsync"/> for this filter.</summary>
    public async Task<string?> ReadTextAsync(string text, string filter, CancellationToken cancellationToken)
    {
        if (!Base64Url.IsValid(text, out var length) || length is <= 1 + MacLength or > MaxLength)
            return null;

        var token = new byte[length];
        if (!Base64Url.TryDecodeFromChars(text, token, out _) || token[0] != Version)
            return null;

        var mac = Sign(await _secret.GetAsync(cancellationToken), token.AsSpan(0, length - MacLength), filter);
        return CryptographicOperations.FixedTimeEquals(mac, token.AsSpan(length - MacLength)) ? Encoding.UTF8.GetString(token, 1, length - MacLength - 1) : null;
    }

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> body, string filter) =>
        HMACSHA256.HashData(key, (byte[])[.. body, .. Encoding.UTF8.GetBytes(filter)])[..MacLength];
}
