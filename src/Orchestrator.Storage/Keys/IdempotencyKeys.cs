using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows that say which task an idempotency key, or a name, stands for.</summary>
internal static class IdempotencyKeys
{
    public const string Table = "TaskKeys";

    /// <summary>Few enough that concurrent inserts share transactions, enough for 8,000 a second on Azure. Fixed: a key must always lie in the same one.</summary>
    private const int Partitions = 4;

    /// <summary>Partition of a key or name, by its hash.</summary>
    public static string Partition(string key) =>
        $"k{SHA256.HashData(Encoding.Unicode.GetBytes(key))[0] % Partitions}";

    /// <summary>Row key of a key; an empty scope is everywhere.</summary>
    public static string Row(string scope, string key) => scope.Length == 0 ? "k!" + KeyText.Encode(key) : $"k!{KeyText.Encode(scope)}!{KeyText.Encode(key)}";

    /// <summary>Row key of a task's name.</summary>
    public static string NameRow(string name) => "n!" + KeyText.Encode(name);
}
