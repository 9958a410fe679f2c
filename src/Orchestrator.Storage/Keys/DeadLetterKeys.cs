using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Orchestrator.History;

namespace Orchestrator.Storage.Keys;

/// <summary>
/// Where dead letters are. '!' stands before every character of an escaped source, so that what is new lies before what is old:
/// <code>
/// !d!{inverted day}  {inverted ms}{hash}   a letter, in the order of the ids, newest first over all partitions
/// !k!{day}           {hash}                says under which time a letter stands: {day} is that of its arrival, and both follow from the letter itself
/// {source}           {inverted ticks}!{id} a letter as releases up to 3 wrote it
/// </code>
/// </summary>
internal static class DeadLetterKeys
{
    public const string Table = "DeadLetters";

    /// <summary>Column of a mark: the milliseconds of the letter's id.</summary>
    public const string MarkTime = "DeadMs";

    /// <summary>Not after any partition of the old kind, and after those of the new.</summary>
    public const string FirstOld = "\"";

    public static string Partition(DeadLetterId id) => DayPartition(id.Milliseconds);

    public static string Row(DeadLetterId id) => $"{FirstRow(id.Milliseconds)}{id.Hash}";

    /// <summary>Partition of letters that are given up in a millisecond since 1970.</summary>
    public static string DayPartition(long milliseconds) => $"!d!{NewestFirst.Day(milliseconds)}";

    /// <summary>Not after any row key of the millisecond or of earlier ones, but after those of later ones.</summary>
    public static string FirstRow(long milliseconds) => NewestFirst.Time(milliseconds);

    /// <summary>Reads a row key back.</summary>
    public static DeadLetterId Parse(string rowKey) =>
        DeadLetterId.New(DateTimeOffset.FromUnixTimeMilliseconds(NewestFirst.ParseTime(rowKey)), rowKey[NewestFirst.TimeLength..]);

    /// <summary>Partition of the marks of letters that arrived at a time.</summary>
    public static string MarkPartition(DateTimeOffset arrivedAt) => string.Create(CultureInfo.InvariantCulture, $"!k!{arrivedAt.UtcDateTime:yyyyMMdd}");

    /// <summary>The mark of a letter that arrived at a time.</summary>
    public static TableEntity Mark(DeadLetterId id, DateTimeOffset arrivedAt) => new(MarkPartition(arrivedAt), id.Hash) { ["Schema"] = 1, [MarkTime] = id.Milliseconds };

    /// <summary>Whether a partition holds marks.</summary>
    public static bool IsMark(string partition) => partition.StartsWith("!k!", StringComparison.Ordinal);

    /// <summary>Whether a partition holds letters of the new kind.</summary>
    public static bool IsLetter(string partition) => partition.StartsWith("!d!", StringComparison.Ordinal);

    /// <summary>What a letter is: the same at every delivery.</summary>
    public static string Hash(string source, string id, DateTimeOffset arrivedAt)
    {
        var what = $"{KeyText.Encode(source)}!{KeyText.Encode(id)}!{arrivedAt.UtcTicks}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..DeadLetterId.HashLength];
    }
}
