using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Storage.Settings;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Attempts;

/// <summary>Tokens of attempts: the epoch, and an HMAC of task, attempt and epoch under the store's secret. Nothing is stored.</summary>
internal sealed class AttemptTokens : IAttemptTokens
{
    private const int EpochLength = sizeof(long);
    private const int MacLength = 24;

    private readonly StoreSecret _secret;

    public AttemptTokens(StoreSecret secret) => _secret = secret;

    public async Task<string> IssueAsync(TaskId task, int attempt, long epoch, CancellationToken cancellationToken)
    {
        var token = new byte[EpochLength + MacLength];
        BinaryPrimitives.WriteInt64BigEndian(token, epoch);
        Sign(await _secret.GetAsync(cancellationToken), task, attempt, epoch).CopyTo(token, EpochLength);
        return Base64Url.EncodeToString(token);
    }

    public async Task<long?> ReadAsync(string token, TaskId task, int attempt, CancellationToken cancellationToken)
    {
        var bytes = new byte[EpochLength + MacLength];
        if (token.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(token))
            return null;

        Base64Url.DecodeFromChars(token, bytes);
        var epoch = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var expected = Sign(await _secret.GetAsync(cancellationToken), task, attempt, epoch);
        return CryptographicOperations.FixedTimeEquals(expected, bytes.AsSpan(EpochLength)) ? epoch : null;
    }

    private static byte[] Sign(byte[] secret, TaskId task, int attempt, long epoch) =>
        HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"attempt;{task};{attempt};{epoch}")))[..MacLength];
}
