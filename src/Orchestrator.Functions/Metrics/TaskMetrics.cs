using System.Diagnostics.Metrics;
using Orchestrator.Stats;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Metrics;

/// <summary>
/// Counts and times what happens to tasks. It is told of changes that are written, so a try that loses to another one counts nothing, and each counts in the
/// process that wrote it. Every tag has few values: the task's type, its end state, the limit on time; never an id.
/// </summary>
public sealed class TaskMetrics : ITaskObserver
{
    /// <summary>Tasks that were accepted; tag <c>type</c>.</summary>
    public const string SubmittedName = "orchestrator.tasks.submitted";

    /// <summary>Tasks that ended; tags <c>type</c> and <c>state</c>, the terminal state.</summary>
    public const string EndedName = "orchestrator.tasks.ended";

    /// <summary>Tasks that had waited for a slot and were given one; tag <c>type</c>.</summary>
    public const string LimitedName = "orchestrator.tasks.limited";

    /// <summary>From the submission of a task to the beginning of its first attempt; tag <c>type</c>.</summary>
    public const string WaitName = "orchestrator.task.wait";

    /// <summary>From the beginning of a task's first attempt to its end; tags <c>type</c> and <c>state</c>.</summary>
    public const string RunName = "orchestrator.task.run";

    /// <summary>Attempts that began; tag <c>type</c>.</summary>
    public const string AttemptsName = "orchestrator.attempts.started";

    /// <summary>Attempts that another process took over; tag <c>type</c>.</summary>
    public const string TakenOverName = "orchestrator.attempts.taken_over";

    /// <summary>Attempts that failed and are made again; tag <c>type</c>.</summary>
    public const string RetriesName = "orchestrator.attempts.retried";

    /// <summary>Limits on time that were passed; tags <c>type</c> and <c>limit</c>: start, total, attempt or heartbeat.</summary>
    public const string TimeoutsName = "orchestrator.timeouts";

    /// <summary>Tasks that are not over, of all processes, as they were last counted; tag <c>state</c>.</summary>
    public const string LiveName = "orchestrator.tasks.live";

    /// <summary>For how long the task that has been Queued for longest has been so, of all processes, as it was last looked; 0: none is Queued.</summary>
    public const string OldestQueuedName = "orchestrator.tasks.oldest_queued";

    /// <summary>How long ago the Scheduled task that is most overdue should have begun, of all processes, as it was last looked; 0: none is overdue.</summary>
    public const string MostOverdueName = "orchestrator.tasks.most_overdue";

    private readonly Counter<long> _submitted;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _limited;
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _run;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _takenOver;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _timeouts;
    private readonly ObservableGauge<long> _live;
    private readonly ObservableGauge<double> _oldestQueued;
    private readonly ObservableGauge<double> _mostOverdue;
    private Func<TaskStatistics?>? _statistics;
    private TimeProvider _time = TimeProvider.System;

    /// <summary>Creates the instruments.</summary>
    public TaskMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(OrchestratorMetrics.MeterName);
        _submitted = meter.CreateCounter<long>(SubmittedName, "{task}", "Tasks that were accepted.");
        _ended = meter.CreateCounter<long>(EndedName, "{task}", "Tasks that ended.");
        _limited = meter.CreateCounter<long>(LimitedName, "{task}", "Tasks that had waited for a slot and were given one.");
        _wait = meter.CreateHistogram(WaitName, "s", "From the submission of a task to the beginning of its first attempt.", advice: Durations);
        _run = meter.CreateHistogram(RunName, "s", "From the beginning of a task's first attempt to its end.", advice: Durations);
        _attempts = meter.CreateCounter<long>(AttemptsName, "{attempt}", "Attempts that began.");
        _takenOver = meter.CreateCounter<long>(TakenOverName, "{attempt}", "Attempts that another process took over.");
        _retries = meter.CreateCounter<long>(RetriesName, "{attempt}", "Attempts that failed and are made again.");
        _timeouts = meter.CreateCounter<long>(TimeoutsName, "{timeout}", "Limits on time that were passed.");
        _live = meter.CreateObservableGauge(LiveName, ObserveLive, "{task}", "Tasks that are not over, as they were last counted.");
        _oldestQueued = meter.CreateObservableGauge(OldestQueuedName, ObserveOldestQueued, "s", "For how long the task that has been Queued for longest has been so.");
        _mostOverdue = meter.CreateObservableGauge(MostOverdueName, ObserveMostOverdue, "s", "How long ago the Scheduled task that is most overdue should have begun.");
    }

    /// <summary>Tasks take from milliseconds to hours; the default buckets are for milliseconds as whole numbers.</summary>
    private static InstrumentAdvice<double> Durations { get; } =
        new() { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400] };

    /// <inheritdoc/>
    public void Written(TaskChange change)
    {
        // Without an enumerator: this is on the way of every change, and mostly nobody listens.
        for (var i = 0; i < change.Events.Count; i++)
            Count(change.Events[i].Type, change);
    }

    internal void Submitted(SubmitOutcome outcome)
    {
        if (outcome is SubmitOutcome.Created { Task.Record.Type: var type })
            _submitted.Add(1, Type(type));
    }

    /// <summary>Whether anybody wants to know how the tasks stand.</summary>
    internal bool IsStandWatched => _live.Enabled || _oldestQueued.Enabled || _mostOverdue.Enabled;

    /// <summary>Names what knows how the tasks stand; it must be quick.</summary>
    internal void Watch(Func<TaskStatistics?> statistics, TimeProvider time) => (_statistics, _time) = (statistics, time);

    internal void Limited(TaskRecord task) => _limited.Add(1, Type(task.Type));

    private static KeyValuePair<string, object?> Type(string type) => new("type", type);

    private IEnumerable<Measurement<long>> ObserveLive() => _statistics?.Invoke() is { Counts: var counts }
        ? Enum.GetValues<TaskState>()
            .Where(state => !state.IsTerminal())
            .Select(state => new Measurement<long>(counts.ByState.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state.ToString())))
        : [];

    private IEnumerable<Measurement<double>> ObserveOldestQueued() => _statistics?.Invoke() is { OldestQueued: var oldest }
        ? [new Measurement<double>(oldest is null ? 0 : Between(oldest.Since, _time.GetUtcNow()))]
        : [];

    private IEnumerable<Measurement<double>> ObserveMostOverdue() => _statistics?.Invoke() is { MostOverdue: var overdue }
        ? [new Measurement<double>(overdue is null ? 0 : Between(overdue.DueAt, _time.GetUtcNow()))]
        : [];

    private void Count(TaskEventType happened, TaskChange change)
    {
        var task = change.After;
        switch (happened)
        {
            case TaskEventType.Started:
                _attempts.Add(1, Type(task.Type));
                if (change.Before?.StartedAt is null && task.StartedAt is { } startedAt)
                    _wait.Record(Between(task.CreatedAt, startedAt), Type(task.Type));
                break;
            case TaskEventType.TakenOver:
                _takenOver.Add(1, Type(task.Type));
                break;
            case TaskEventType.Retrying:
                _retries.Add(1, Type(task.Type));
                CountTimeout(task);
                break;
            case TaskEventType.Succeeded or TaskEventType.Failed or TaskEventType.Cancelled or TaskEventType.Expired:
                CountEnd(task);
                break;
        }
    }

    private void CountEnd(TaskRecord task)
    {
        if (!_ended.Enabled && !_run.Enabled && !_timeouts.Enabled)
            return;

        var state = new KeyValuePair<string, object?>("state", task.State.ToString());
        _ended.Add(1, Type(task.Type), state);
        if (task is { StartedAt: { } startedAt, FinishedAt: { } finishedAt })
            _run.Record(Between(startedAt, finishedAt), Type(task.Type), state);
        if (task.State is TaskState.Failed or TaskState.Expired)
            CountTimeout(task);
    }

    private void CountTimeout(TaskRecord task)
    {
        var limit = task.Error?.Code switch
        {
            "start_timed_out" => "start",
            "total_timed_out" => "total",
            "attempt_timed_out" => "attempt",
            "heartbeat_timed_out" => "heartbeat",
            _ => null,
        };
        if (limit is not null)
            _timeouts.Add(1, Type(task.Type), new KeyValuePair<string, object?>("limit", limit));
    }

    /// <summary>The two may be of processes whose clocks differ.</summary>
    private static double Between(DateTimeOffset from, DateTimeOffset until) => Math.Max(0, (until - from).TotalSeconds);
}
