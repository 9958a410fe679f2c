using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Access;

namespace Orchestrator.Functions.Access;

/// <summary>The keys that stand in the configuration.</summary>
internal sealed class ConfiguredKeys
{
    private readonly (byte[] Hash, Caller Caller)[] _keys;

    public ConfiguredKeys(IOptions<AccessOptions> options) =>
        _keys = [.. options.Value.Keys.Select(key => (Hash(key.Value.Key), new Caller($"configured:{key.Key}", key.Key, key.Value.Role)))];

    /// <summary>Whether there are any.</summary>
    public bool Any => _keys.Length > 0;

    /// <summary>Whether one of them is an admin's.</summary>
    public bool AnyAdmin => _keys.Any(key => key.Caller.Role == Role.Admin);

    /// <summary>Who holds a key; null: nobody.</summary>
    public Caller? Find(string key)
    {
        // Hashes are of one length and every key is compared, so the time tells nothing of where a guess differs.
        var hash = Hash(key);
        Caller? found = null;
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known.Hash))
                found = known.Caller;
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
