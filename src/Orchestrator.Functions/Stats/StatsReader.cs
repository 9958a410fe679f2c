using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Metrics;
using Orchestrator.History;
using Orchestrator.Stats;

namespace Orchestrator.Functions.Stats;

/// <summary>
/// Puts together how the app stands, from storage, so that every instance says the same. However many ask, an instance looks at most once a second; at dead
/// letters and limiters every five.
/// </summary>
public sealed class StatsReader
{
    /// <summary>For how long figures of tasks are given out.</summary>
    public static readonly TimeSpan TasksAge = TimeSpan.FromSeconds(1);

    /// <summary>For how long the other figures are.</summary>
    public static readonly TimeSpan OthersAge = TimeSpan.FromSeconds(5);

    /// <summary>For how long metrics give out what was last read; they read nothing themselves. Longer than the minute that lies between two looks of the timer.</summary>
    private static readonly TimeSpan MetricsAge = TimeSpan.FromSeconds(90);

    /// <summary>Most limiters that are shown.</summary>
    private const int MostLimiters = 100;

    private readonly ITaskStatistics _tasks;
    private readonly IDeadLetterStore _deadLetters;
    private readonly LimiterOverview _limiters;
    private readonly TaskMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Snapshot<TaskStatistics> _taskSnapshot;
    private readonly Snapshot<DeadLetterStatsView> _deadLetterSnapshot;
    private readonly Snapshot<IReadOnlyList<LimiterView>> _limiterSnapshot;

    /// <summary>Creates the reader.</summary>
    public StatsReader(ITaskStatistics tasks, IDeadLetterStore deadLetters, LimiterOverview limiters, TaskMetrics metrics, TimeProvider time)
    {
        _tasks = tasks;
        _deadLetters = deadLetters;
        _limiters = limiters;
        _metrics = metrics;
        _time = time;
        _taskSnapshot = new Snapshot<TaskStatistics>(TasksAge, time);
        _deadLetterSnapshot = new Snapshot<DeadLetterStatsView>(OthersAge, time);
        _limiterSnapshot = new Snapshot<IReadOnlyList<LimiterView>>(OthersAge, time);
        metrics.Watch(() => _taskSnapshot.Peek(MetricsAge), time);
    }

    /// <summary>How it stands.</summary>
    internal async Task<StatsView> ReadAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var tasks = ReadTasksAsync(cancellationToken);
        var deadLetters = _deadLetterSnapshot.GetAsync(CountDeadLettersAsync, cancellationToken);
        var limiters = _limiterSnapshot.GetAsync(() => _limiters.ListAsync(client, MostLimiters, CancellationToken.None), cancellationToken);
        await Task.WhenAll(tasks, deadLetters, limiters);
        return StatsView.Of(await tasks, await deadLetters, await limiters, _time.GetUtcNow());
    }

    /// <summary>Looks how the tasks stand if anybody listens to the metrics of it.</summary>
    internal Task MeasureAsync(CancellationToken cancellationToken) => _metrics.IsStandWatched ? ReadTasksAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Does so once something else is over, however that ended.</summary>
    /// <exception cref="Exception">That has failed, whether or not the look has as well; else the look has.</exception>
    internal async Task MeasureAfterAsync(Task other, CancellationToken cancellationToken)
    {
        await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Of several failures the first is thrown, in the order of the tasks.
        await Task.WhenAll(other, MeasureAsync(cancellationToken));
    }

    private Task<TaskStatistics> ReadTasksAsync(CancellationToken cancellationToken) => _taskSnapshot.GetAsync(() => _tasks.ReadAsync(CancellationToken.None), cancellationToken);

    private async Task<DeadLetterStatsView> CountDeadLettersAsync()
    {
        var now = _time.GetUtcNow();
        var counts = await _deadLetters.CountAsync(now - TimeSpan.FromHours(1), CancellationToken.None);
        return new DeadLetterStatsView(counts.Dead, counts.Redriven, counts.IsAtLeast, counts.Recent, now.UtcDateTime);
    }
}
