using System.Globalization;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows that say which days have tasks in which of the fixed shards of old; release 1 wrote them. Newest day first.</summary>
internal static class DayKeys
{
    public const string Table = "TaskDays";
    public const string Partition = "days";
    private const int Complement = 99_999_999;

    /// <summary>Row key of a day and shard.</summary>
    public static string Row(DateOnly day, int shard) => $"{FirstOf(day)}!{TaskKeys.Partition(shard)}";

    /// <summary>Not after any row key of the day or of earlier days, but after those of later days.</summary>
    public static string FirstOf(DateOnly day) =>
        (Complement - ((day.Year * 10_000) + (day.Month * 100) + day.Day)).ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>Reads a row key back.</summary>
    public static (DateOnly Day, int Shard) Parse(string rowKey)
    {
        var number = Complement - int.Parse(rowKey.AsSpan(0, 8), CultureInfo.InvariantCulture);
        return (new DateOnly(number / 10_000, number / 100 % 100, number % 100), int.Parse(rowKey.AsSpan(9), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
