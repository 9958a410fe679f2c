using System.Globalization;
using System.Runtime.InteropServices;

namespace Embedded.DurableTask.Log;

/// <summary>A place in the commit log: a row of an owner's epoch. Ordered by epoch, then by position.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogPosition(long Epoch, long Position) : IComparable<LogPosition>
{
    /// <summary>Behind every position that can be.</summary>
    public const long End = 9_999_999_999_999_999;

    /// <summary>The partition of an epoch.</summary>
    public static string PartitionKey(long epoch) => epoch.ToString("D12", CultureInfo.InvariantCulture);

    /// <summary>The row of a position.</summary>
    public static string RowKey(long position) => position.ToString("D16", CultureInfo.InvariantCulture);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(LogPosition other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Position.CompareTo(other.Position);
}
