using System.Globalization;

namespace Orchestrator.Storage.Keys;

/// <summary>Times as parts of keys, of which later ones sort before earlier ones.</summary>
internal static class NewestFirst
{
    /// <summary>Characters of a time.</summary>
    public const int TimeLength = 12;

    private const long Complement = 0xFFFF_FFFF_FFFF;
    private const int DayComplement = 99_999_999;
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The UTC day of a millisecond since 1970, 8 digits.</summary>
    public static string Day(long milliseconds)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, LastMillisecond));
        return (DayComplement - ((day.Year * 10_000) + (day.Month * 100) + day.Day)).ToString("D8", CultureInfo.InvariantCulture);
    }

    /// <summary>A millisecond since 1970, 12 hexadecimal digits.</summary>
    public static string Time(long milliseconds) => (Complement - Math.Clamp(milliseconds, 0, LastMillisecond)).ToString("x12", CultureInfo.InvariantCulture);

    /// <summary>Reads back the milliseconds that a key begins with.</summary>
    public static long ParseTime(string key) => Complement - long.Parse(key.AsSpan(0, TimeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
