using System.Buffers;
using Azure.Data.Tables.Errors;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Limits;

/// <summary>What may stand in a partition or row key.</summary>
internal static class KeyRules
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. "/\\#?", .. Enumerable.Range(0x00, 0x20).Select(c => (char)c), .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c)]);

    /// <exception cref="RequestFailedException">A key is missing, too long, or has a character that no key may have.</exception>
    public static void Check(string? partitionKey, string? rowKey)
    {
        CheckKey(nameof(ITableEntity.PartitionKey), partitionKey);
        CheckKey(nameof(ITableEntity.RowKey), rowKey);
    }

    private static void CheckKey(string name, string? key)
    {
        if (key is null)
            throw Refused.BadRequest(TableErrorCode.PropertiesNeedValue, $"The entity has no {name}.");
        if (key.Length > EntityLimits.KeyLength)
            throw Refused.BadRequest(TableErrorCode.KeyValueTooLarge, $"The {name} has {key.Length} characters; at most {EntityLimits.KeyLength} are allowed.");

        var forbidden = key.AsSpan().IndexOfAny(Forbidden);
        if (forbidden < 0)
            forbidden = IndexOfLoneSurrogate(key);
        if (forbidden >= 0)
        {
            throw Refused.BadRequest(
                TableErrorCode.OutOfRangeInput,
                $"The {name} has the character U+{(int)key[forbidden]:X4} at {forbidden}; keys must not contain / \\ # ?, control characters or half a surrogate pair.");
        }
    }

    private static int IndexOfLoneSurrogate(string key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            if (!char.IsSurrogate(key[i]))
                continue;
            if (!char.IsHighSurrogate(key[i]) || i + 1 == key.Length || !char.IsLowSurrogate(key[i + 1]))
                return i;
            i++;
        }

        return -1;
    }
}
