using System.Globalization;
using System.Numerics;

namespace Orchestrator.Schemas;

/// <summary>
/// A JSON number exactly as it is written, whatever its size: 0.{digits} times ten to the power of the magnitude. No digits mean zero;
/// the first and the last digit are never 0, so that equal numbers look the same.
/// </summary>
internal readonly record struct JsonNumber
{
    /// <summary>Exponents beyond are taken for this one; no number of ours comes near.</summary>
    private const long LargestExponent = 1_000_000_000_000_000;

    private readonly bool _isNegative;
    private readonly string _digits;
    private readonly long _magnitude;

    private JsonNumber(bool isNegative, string digits, long magnitude)
    {
        _isNegative = isNegative;
        _digits = digits;
        _magnitude = magnitude;
    }

    public bool IsZero => _digits.Length == 0;

    public bool IsNegative => _isNegative;

    public bool IsWhole => _digits.Length <= _magnitude || IsZero;

    /// <summary>Reads a number.</summary>
    /// <param name="json">A number as JSON writes it.</param>
    public static JsonNumber Parse(ReadOnlySpan<char> json)
    {
        var isNegative = json[0] == '-';
        var rest = isNegative ? json[1..] : json;
        var end = rest.IndexOfAny('e', 'E');
        var exponent = end < 0 ? 0 : ParseExponent(rest[(end + 1)..]);
        var mantissa = end < 0 ? rest : rest[..end];
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var digits = point < 0 ? mantissa.ToString() : string.Concat(whole, mantissa[(point + 1)..]);

        var significant = digits.TrimStart('0');
        return significant.Length == 0
            ? new JsonNumber(isNegative: false, "", 0)
            : new JsonNumber(isNegative, significant.TrimEnd('0'), whole.Length - (digits.Length - significant.Length) + exponent);
    }

    /// <summary>Below 0 when it is less than <paramref name="other"/>, 0 when it equals it, else over 0.</summary>
    public int ComparedTo(JsonNumber other)
    {
        if (IsZero || other.IsZero || _isNegative != other._isNegative)
            return Sign.CompareTo(other.Sign);

        var size = _magnitude == other._magnitude ? string.CompareOrdinal(_digits, other._digits) : _magnitude.CompareTo(other._magnitude);
        return _isNegative ? -size : size;
    }

    /// <summary>Whether it is a whole number of times <paramref name="divisor"/>, which is over 0.</summary>
    public bool IsMultipleOf(JsonNumber divisor)
    {
        // Both are a whole number, not divisible by 10, times a power of 10.
        var shift = _magnitude - _digits.Length - (divisor._magnitude - divisor._digits.Length);
        if (IsZero || shift < 0)
            return IsZero;

        var modulus = BigInteger.Parse(divisor._digits, CultureInfo.InvariantCulture);
        return (Remainder(modulus) * BigInteger.ModPow(10, shift, modulus) % modulus).IsZero;
    }

    /// <summary>One spelling for all that are equal.</summary>
    public override string ToString() => IsZero ? "0" : $"{(_isNegative ? "-" : "")}0.{_digits}e{_magnitude.ToString(CultureInfo.InvariantCulture)}";

    private int Sign => IsZero ? 0 : _isNegative ? -1 : 1;

    /// <summary>Of the digits taken as a whole number; piece by piece, as there may be a million of them.</summary>
    private BigInteger Remainder(BigInteger modulus)
    {
        var remainder = BigInteger.Zero;
        foreach (var piece in _digits.Chunk(18))
            remainder = ((remainder * BigInteger.Pow(10, piece.Length)) + long.Parse(piece, CultureInfo.InvariantCulture)) % modulus;
        return remainder;
    }

    private static long ParseExponent(ReadOnlySpan<char> text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
            return Math.Clamp(exponent, -LargestExponent, LargestExponent);
        return text[0] == '-' ? -LargestExponent : LargestExponent;
    }
}
