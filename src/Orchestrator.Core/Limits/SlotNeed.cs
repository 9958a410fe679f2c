using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Schemas;
using Orchestrator.Tasks;

namespace Orchestrator.Limits;

/// <summary>A slot that a task needs before an attempt at it begins.</summary>
/// <param name="Limiter">Name of the limiter that gives it: the type's, or one for a value of its key.</param>
/// <param name="Limit">How many it may give out now.</param>
/// <param name="Key">The value, cut, for people; null where the type counts.</param>
public sealed record SlotNeed(string Limiter, SlotLimit Limit, string? Key = null)
{
    /// <summary>Longest text of a key that is kept for people, in characters.</summary>
    private const int KeyCharacters = 100;

    /// <summary>Parts the type from the hash of a key; no type has it in its name.</summary>
    private const char Separator = ':';

    /// <summary>
    /// The slots that a task needs, in the order in which they must be asked for: everybody asks for the key's before the type's, so that no two
    /// wait for each other.
    /// </summary>
    /// <param name="type">The type as it is now.</param>
    /// <param name="input">JSON text of the task's input.</param>
    public static IReadOnlyList<SlotNeed> Of(TaskType type, string? input)
    {
        if (type.Concurrency is not { } concurrency)
            return [];

        var needs = new List<SlotNeed>(2);
        if (concurrency is { Key: { } pointer, KeyLimit: { } keyLimit } && KeyOf(pointer, input) is { } key)
            needs.Add(new SlotNeed($"{type.Name}{Separator}{key.Hash}", new SlotLimit(keyLimit, type.Version), key.Text));
        if (concurrency.Limit is { } limit)
            needs.Add(new SlotNeed(type.Name, new SlotLimit(limit, type.Version)));
        return needs;
    }

    /// <summary>Name of the type that a limiter belongs to.</summary>
    public static string TypeOf(string limiter) => limiter.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var end ? limiter[..end] : limiter;

    /// <summary>What a limiter may give out now; null: as much as is asked for, as there is no such limit any more.</summary>
    public static int? LimitOf(string limiter, TaskType? type) =>
        limiter.Contains(Separator, StringComparison.Ordinal) ? type?.Concurrency?.KeyLimit : type?.Concurrency?.Limit;

    private static (string Hash, string Text)? KeyOf(string pointer, string? input)
    {
        using var document = JsonDocument.Parse(input ?? "null");
        if (JsonPointer.TryParse(pointer)?.Find(document.RootElement) is not { ValueKind: not JsonValueKind.Null } value)
            return null;

        // Equal values have the same hash, however they are written.
        return (HashOf(CanonicalJson.Of(value)), Texts.Cut(JsonTokens.WithoutWhiteSpace(value.GetRawText()), KeyCharacters));
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32];
}
