using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Orchestrator.Tasks;

/// <summary>
/// Identifies a task and says where it is kept: 26 characters of Crockford base 32 (upper case), made of 48 bits of
/// milliseconds since 1970, 8 shard bits and 72 random bits, most significant first. Ids of later milliseconds sort
/// after earlier ones, as text and as numbers.
/// </summary>
public readonly record struct TaskId : IComparable<TaskId>, ISpanParsable<TaskId>
{
    /// <summary>Number of characters of every id.</summary>
    public const int Length = 26;

    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int RandomBytes = 9;

    private readonly UInt128 _value;

    private TaskId(UInt128 value) => _value = value;

    /// <summary>When the task was submitted, UTC, in whole milliseconds.</summary>
    public DateTimeOffset CreatedAt => DateTimeOffset.FromUnixTimeMilliseconds((long)(_value >> 80));

    /// <summary>Partition within the day that holds the task's rows, 0–255.</summary>
    public int Shard => (int)(byte)(_value >> 72);

    /// <summary>UTC day of <see cref="CreatedAt"/>, which names the table.</summary>
    public DateOnly Day => DateOnly.FromDateTime(CreatedAt.UtcDateTime);

    /// <summary>Makes an id for a task submitted at <paramref name="time"/> (whole milliseconds count; 1970 to 9999).</summary>
    /// <param name="shard">0–255.</param>
    public static TaskId New(DateTimeOffset time, int shard, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shard, byte.MaxValue);
        var milliseconds = time.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(time));

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        bytes[6] = (byte)shard;
        random.Fill(bytes[^RandomBytes..]);
        return new TaskId(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Reads an id; letters may be lower case.</summary>
    /// <exception cref="FormatException"><paramref name="s"/> is not an id.</exception>
    public static TaskId Parse(string s) => Parse(s.AsSpan(), provider: null);

    /// <inheritdoc cref="Parse(string)"/>
    public static TaskId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc cref="Parse(string)"/>
    public static TaskId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a task id: {Length} characters of 0-9 and A-Z without I, L, O and U.");

    /// <summary>Reads an id; letters may be lower case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out TaskId result) => TryParse(s.AsSpan(), provider: null, out result);

    /// <inheritdoc cref="TryParse(string, out TaskId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TaskId result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string, out TaskId)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TaskId result)
    {
        result = default;

        // 26 digits hold 130 bits; a first digit over 7 would not fit in 128.
        if (s.Length != Length || s[0] is < '0' or > '7')
            return false;

        UInt128 value = 0;
        foreach (var character in s)
        {
            var digit = Digits.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (digit < 0 || !char.IsAscii(character))
                return false;

            value = (value << 5) | (uint)digit;
        }

        // Beyond the year 9999 CreatedAt could not be told.
        if ((long)(value >> 80) > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return false;

        result = new TaskId(value);
        return true;
    }

    /// <summary>Earlier ids come first.</summary>
    public int CompareTo(TaskId other) => _value.CompareTo(other._value);

    /// <summary>The 26 characters, upper case.</summary>
    public override string ToString() => string.Create(Length, _value, static (span, value) =>
    {
        for (var i = span.Length - 1; i >= 0; i--, value >>= 5)
            span[i] = Digits[(int)(uint)value & 31];
    });

    /// <summary>Whether <paramref name="left"/> is the earlier id.</summary>
    public static bool operator <(TaskId left, TaskId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is the earlier id, or the same.</summary>
    public static bool operator <=(TaskId left, TaskId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is the later id.</summary>
    public static bool operator >(TaskId left, TaskId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is the later id, or the same.</summary>
    public static bool operator >=(TaskId left, TaskId right) => left.CompareTo(right) >= 0;
}
