using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows that say which task an idempotency key stands for.</summary>
internal static class IdempotencyKeys
{
    public const string Table = "TaskKeys";

    /// <summary>Few enough that concurrent inserts share transactions, enough for 8,000 a second on Azure. Fixed: a key must always lie in the same one.</summary>
    private const int Partitions = 4;

    /// <summary>Partition of a key, by its hash.</summary>
    public static string Partition(string key) =>
        $"k{SHA256.HashData(Encoding.Unicode.GetBytes(key))[0] % Partitions}";

    /// <summary>Row key of a key.</summary>
    public static string Row(string key) => "k!" + KeyText.Encode(key);
}
