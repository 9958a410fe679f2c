using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Orchestrator.Audit;

/// <summary>Names an entry of the audit: 32 hexadecimal digits in lower case, 48 bits of the milliseconds of its time and 80 random bits. Where it is stored follows from it.</summary>
public readonly record struct AuditEntryId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = TimeLength + RandomLength;

    private const int TimeLength = 12;
    private const int RandomLength = 20;
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

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
        id = default;
        if (text is not { Length: Length } || !text.All(char.IsAsciiHexDigitLower))
            return false;

        var milliseconds = long.Parse(text.AsSpan(0, TimeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (milliseconds > LastMillisecond)
            return false;

        id = new AuditEntryId(milliseconds, text[TimeLength..]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Milliseconds:x12}{Random}";
}
