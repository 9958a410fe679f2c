using Orchestrator.Functions.Limits;
using Orchestrator.Stats;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Stats;

/// <summary>How the app stands.</summary>
/// <param name="OldestQueued">Null: no task is Queued.</param>
/// <param name="MostOverdue">Null: no Scheduled task is past its time.</param>
/// <param name="Limiters">Those in use, at most 100.</param>
internal sealed record StatsView(
    TaskStatsView Tasks, OldestQueuedView? OldestQueued, MostOverdueView? MostOverdue, LastHourView LastHour, DeadLetterStatsView DeadLetters, IReadOnlyList<LimiterView> Limiters)
{
    public static StatsView Of(TaskStatistics tasks, DeadLetterStatsView deadLetters, IReadOnlyList<LimiterView> limiters, DateTimeOffset now) => new(
        TaskStatsView.Of(tasks),
        tasks.OldestQueued is { } oldest ? new OldestQueuedView(oldest.Id.ToString(), oldest.Since.UtcDateTime, SecondsBetween(oldest.Since, now)) : null,
        tasks.MostOverdue is { } overdue ? new MostOverdueView(overdue.Id.ToString(), overdue.DueAt.UtcDateTime, SecondsBetween(overdue.DueAt, now)) : null,
        LastHourView.Of(tasks.LastHour),
        deadLetters,
        limiters);

    private static double SecondsBetween(DateTimeOffset since, DateTimeOffset now) => Math.Max(0, Math.Round((now - since).TotalSeconds, 3));
}

/// <summary>How many tasks there are.</summary>
/// <param name="AsOf">Every figure of tasks is of this time or later, UTC.</param>
/// <param name="IsPartial">Whether there are tasks that were not counted yet; the next calls go on with them.</param>
/// <param name="Total">All of them, those that are over included.</param>
/// <param name="ByState">States that have tasks.</param>
/// <param name="Live">Those that are not over.</param>
internal sealed record TaskStatsView(DateTime AsOf, bool IsPartial, long Total, IReadOnlyDictionary<string, long> ByState, LiveTasksView Live)
{
    public static TaskStatsView Of(TaskStatistics tasks) => new(
        tasks.Counts.AsOf.UtcDateTime,
        tasks.Counts.IsPartial,
        tasks.Counts.Total,
        Named(tasks.Counts.ByState),
        new LiveTasksView(
            tasks.LiveByType.Values.Sum(),
            Named(tasks.Counts.ByState.Where(state => !state.Key.IsTerminal())),
            tasks.LiveByType.OrderBy(type => type.Key, StringComparer.Ordinal).ToDictionary(type => type.Key, type => type.Value, StringComparer.Ordinal)));

    internal static Dictionary<string, long> Named(IEnumerable<KeyValuePair<TaskState, long>> states) =>
        states.OrderBy(state => state.Key).ToDictionary(state => state.Key.ToString(), state => state.Value, StringComparer.Ordinal);
}

/// <summary>Tasks that are not over.</summary>
internal sealed record LiveTasksView(long Total, IReadOnlyDictionary<string, long> ByState, IReadOnlyDictionary<string, long> ByType);

/// <summary>The task that has been Queued for longest.</summary>
internal sealed record OldestQueuedView(string Id, DateTime Since, double AgeSeconds);

/// <summary>The Scheduled task that should have begun longest ago.</summary>
internal sealed record MostOverdueView(string Id, DateTime DueAt, double OverdueSeconds);

/// <summary>What ended in the last hour, counted in whole minutes.</summary>
/// <param name="Since">The beginning of the first minute.</param>
/// <param name="Finished">How many ended, by terminal state.</param>
/// <param name="PerMinute">How many ended per minute since then.</param>
/// <param name="Wait">From submission to the beginning of the first attempt.</param>
/// <param name="Run">From the beginning of the first attempt to the end.</param>
internal sealed record LastHourView(DateTime Since, long Total, IReadOnlyDictionary<string, long> Finished, double PerMinute, PercentilesView Wait, PercentilesView Run)
{
    public static LastHourView Of(FinishedTasks finished)
    {
        var total = finished.ByState.Values.Sum();
        return new LastHourView(
            finished.Since.UtcDateTime,
            total,
            TaskStatsView.Named(finished.ByState),
            Math.Round(total / (finished.Until - finished.Since).TotalMinutes, 2),
            PercentilesView.Of(finished.Wait),
            PercentilesView.Of(finished.Run));
    }
}

/// <summary>Percentiles of durations in seconds, at most 3.2 % off; null: there are no durations.</summary>
/// <param name="Count">Of how many.</param>
internal sealed record PercentilesView(long Count, double? P50Seconds, double? P95Seconds, double? P99Seconds)
{
    public static PercentilesView Of(DurationHistogram durations) => new(durations.Count, Seconds(durations, 0.5), Seconds(durations, 0.95), Seconds(durations, 0.99));

    private static double? Seconds(DurationHistogram durations, double share) => durations.Percentile(share) is { } duration ? Math.Round(duration.TotalSeconds, 4) : null;
}

/// <summary>How many dead letters there are.</summary>
/// <param name="Dead">Still to be seen to.</param>
/// <param name="Redriven">Redriven with success and not discarded.</param>
/// <param name="IsAtLeast">Whether there are older ones that were not counted.</param>
/// <param name="LastHour">Given up in the last hour, redriven or not.</param>
/// <param name="AsOf">When they were counted, UTC.</param>
internal sealed record DeadLetterStatsView(int Dead, int Redriven, bool IsAtLeast, int LastHour, DateTime AsOf);
