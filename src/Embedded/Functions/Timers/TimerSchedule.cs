using System.Globalization;
using NCrontab;

namespace Embedded.Functions.Timers;

/// <summary>When a timer is due: by a cron expression in UTC, or a fixed time after its last run.</summary>
internal sealed class TimerSchedule
{
    private readonly Func<DateTimeOffset, DateTimeOffset?> _next;

    private TimerSchedule(Func<DateTimeOffset, DateTimeOffset?> next) => _next = next;

    /// <param name="fault">What is wrong with the expression; null if nothing.</param>
    public static TimerSchedule? Parse(string expression, out string? fault)
    {
        fault = null;
        var text = expression.Trim();
        if (!text.Contains(' ') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval))
        {
            if (interval > TimeSpan.Zero)
                return new TimerSchedule(after => after + interval);
            fault = "the time between two runs must be more than zero";
            return null;
        }

        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields is not (5 or 6))
        {
            fault = $"it has {fields} fields; a cron expression has five or six (seconds first)";
            return null;
        }

        var parsed = CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 }, cron => (Cron: (CrontabSchedule?)cron, Fault: ""), failure => (null, failure().Message.TrimEnd('.')));
        fault = parsed.Cron is null ? parsed.Fault : null;
        return parsed.Cron is null ? null : new TimerSchedule(after => NextOf(parsed.Cron, after));
    }

    /// <summary>The first time after <paramref name="after"/>; null if there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _next(after);

    /// <summary>Whether two runs may be less than <paramref name="limit"/> apart.</summary>
    public bool IsDenserThan(TimeSpan limit, DateTimeOffset from) => Next(from) is { } first && Next(first) is { } second && second - first < limit;

    private static DateTimeOffset? NextOf(CrontabSchedule cron, DateTimeOffset after)
    {
        var next = cron.GetNextOccurrence(after.UtcDateTime, DateTime.MaxValue);
        return next == DateTime.MaxValue ? null : new DateTimeOffset(next, TimeSpan.Zero);
    }
}
