using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Audit;

/// <summary>Names an entry of the audit: 32 hexadecimal digits in lower case, 48 bits of the milliseconds of its time and 80 random bits. Where it is stored follows from it.</summary>
public readonly record struct AuditEntryId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = TimedHex.Length;

    private const int RandomLength = TimedHex.RestLength;

    private AuditEntryId(long milliseconds, string random) => (Milliseconds, Random) = (milliseconds, random);

    /// <summary>The entry's time, in milliseconds since 1970.</summary>
    public long Milliseconds { get; }

    /// <summary>What tells it from others of the same time.</summary>
    public string Random { get; }

    /// <summary>A new id.</summary>
    public static AuditEntryId New(DateTimeOffset at, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[RandomLength / 2];
        random.Fill(bytes);
        return new AuditEntryId(Math.Max(0, at.ToUnixTimeMilliseconds()), Convert.ToHexStringLower(bytes));
    }

    /// <summary>Reads an id; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditEntryId id)
    {
        var isId = TimedHex.TryParse(text, out var milliseconds, out var rest);
        id = isId ? new AuditEntryId(milliseconds, rest) : default;
        return isId;
    }

    /// <inheritdoc/>
    public override string ToString() => TimedHex.Format(Milliseconds, Random);
}
