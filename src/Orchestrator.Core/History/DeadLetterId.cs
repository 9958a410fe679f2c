using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.History;

/// <summary>
/// Names a dead letter: 32 hexadecimal digits in lower case, 48 bits of the milliseconds at which it was given up and 80 bits of a hash of what it is.
/// Where it is stored follows from it.
/// </summary>
public readonly record struct DeadLetterId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = TimedHex.Length;

    /// <summary>Characters of the hash.</summary>
    public const int HashLength = TimedHex.RestLength;

    private DeadLetterId(long milliseconds, string hash)
    {
        Milliseconds = milliseconds;
        Hash = hash;
    }

    /// <summary>When it was given up, in milliseconds since 1970.</summary>
    public long Milliseconds { get; }

    /// <summary>Tells it from others: the same for the same letter, whenever it is given up.</summary>
    public string Hash { get; }

    /// <summary>The id of a letter that is given up at a time.</summary>
    /// <param name="hash">20 hexadecimal digits in lower case.</param>
    /// <exception cref="ArgumentException">The time is before 1970, or the hash is none.</exception>
    public static DeadLetterId New(DateTimeOffset deadAt, string hash) =>
        TryParse(TimedHex.Format(deadAt.ToUnixTimeMilliseconds(), hash), out var id) ? id : throw new ArgumentException($"'{hash}' and {deadAt:O} make no id of a dead letter.", nameof(hash));

    /// <summary>Reads an id; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeadLetterId id)
    {
        var isId = TimedHex.TryParse(text, out var milliseconds, out var rest);
        id = isId ? new DeadLetterId(milliseconds, rest) : default;
        return isId;
    }

    /// <inheritdoc/>
    public override string ToString() => TimedHex.Format(Milliseconds, Hash);
}
