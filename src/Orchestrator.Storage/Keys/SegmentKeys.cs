using System.Globalization;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows that say which segments there are: one row for a lane and period, the newest period first.</summary>
internal static class SegmentKeys
{
    public const string Partition = "segments";

    /// <summary>Milliseconds of a year far from now; what is taken from it keeps its number of digits.</summary>
    private const long Complement = 99_999_999_999_999;

    /// <param name="period">When the period began, in milliseconds since 1970.</param>
    public static string Row(long period, string lane) => $"{FirstOf(period)}!{lane}";

    /// <summary>Not after any row key of the period or of earlier ones, but after those of later ones.</summary>
    public static string FirstOf(long period) => Math.Max(0, Complement - period).ToString("D14", CultureInfo.InvariantCulture);

    /// <summary>Reads the period of a row key.</summary>
    public static long Period(string rowKey) => Complement - long.Parse(rowKey.AsSpan(0, 14), CultureInfo.InvariantCulture);
}
