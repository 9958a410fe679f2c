using System.Globalization;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Keys;

/// <summary>Rows that say when tasks are to be looked at: a partition per UTC day, in it by time and task.</summary>
internal static class WakeKeys
{
    public const string Table = "TaskWakes";

    public static string Partition(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Row(TaskWake wake) => $"{Time(wake.At)}!{wake.Task}";

    /// <summary>After all rows of times up to <paramref name="until"/>.</summary>
    public static string After(DateTimeOffset until) => Time(until) + '"';

    public static TaskWake Parse(string rowKey)
    {
        var at = new DateTimeOffset(long.Parse(rowKey.AsSpan(0, 19), CultureInfo.InvariantCulture), TimeSpan.Zero);
        return new TaskWake(TaskKeys.IdAtEnd(rowKey), at);
    }

    private static string Time(DateTimeOffset at) => at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
