using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Submissions;
using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Recovery;

/// <summary>
/// Looks after tasks of which something has got lost in spite of marks and wakes: an orchestration that failed, was terminated or went with its hub; a
/// wake; the word that another task is over. All it does may be done at any time and twice.
/// </summary>
public sealed partial class TaskRecovery
{
    /// <summary>Most tasks that are looked at in one round; later rounds take the others.</summary>
    public const int TasksPerRound = 200;

    /// <summary>Most rounds of one run: as many as it takes to look at all that is due.</summary>
    public const int RoundsPerRun = 10;

    /// <summary>Most tasks that tasks wait for which are looked at in one round.</summary>
    public const int PredecessorsPerRound = 500;

    /// <summary>After so long a run begins no other round.</summary>
    public static readonly TimeSpan TimePerRun = TimeSpan.FromSeconds(20);

    private const int AtOnce = 8;

    private readonly ITasksUnderWay _underWay;
    private readonly ITaskStore _store;
    private readonly TaskLifecycle _lifecycle;
    private readonly TaskStarter _starter;
    private readonly OrchestrationStarter _orchestrations;
    private readonly TaskTakeOver _takeOver;
    private readonly IAttemptStore _attempts;
    private readonly OrchestratorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<TaskRecovery> _logger;

    private volatile bool _isTakingOver;
    private volatile bool _hasTakenOver;

    /// <summary>Tasks whose predecessors the last round had no room for.</summary>
    private readonly ConcurrentQueue<TaskId> _postponed = new();

    /// <summary>Creates the recovery.</summary>
    public TaskRecovery(
        ITasksUnderWay underWay,
        ITaskStore store,
        TaskLifecycle lifecycle,
        TaskStarter starter,
        OrchestrationStarter orchestrations,
        TaskTakeOver takeOver,
        IAttemptStore attempts,
        OrchestratorMetrics metrics,
        TimeProvider time,
        ILogger<TaskRecovery> logger)
    {
        _underWay = underWay;
        _store = store;
        _lifecycle = lifecycle;
        _starter = starter;
        _orchestrations = orchestrations;
        _takeOver = takeOver;
        _attempts = attempts;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>Looks at all tasks under way, once in a process, when the app has come to its task hub from another lately; else it does nothing.</summary>
    public async Task TakeOverAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (_hasTakenOver || await _takeOver.FindChangeAsync(cancellationToken) is not { } since)
            return;

        if (!_isTakingOver)
            LogTakingOver(since);
        _isTakingOver = true;
        _hasTakenOver = await RunAsync(client, cancellationToken);
    }

    /// <summary>Looks at the next tasks under way, until no more are due or its time is up.</summary>
    /// <returns>Whether this process has looked at all once, now or before.</returns>
    public async Task<bool> RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var since = await _takeOver.FindChangeAsync(cancellationToken);
        var (isEnd, hasSeenAll) = (false, false);
        for (var round = 0; !isEnd && round < RoundsPerRun && _time.GetElapsedTime(began) < TimePerRun; round++)
            (isEnd, hasSeenAll) = await RunRoundAsync(client, since, cancellationToken);
        return hasSeenAll;
    }

    /// <summary>Looks at some; answers whether no more are due, and whether all have been looked at once.</summary>
    private async Task<(bool IsEnd, bool HasSeenAll)> RunRoundAsync(DurableTaskClient client, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var tasks = new List<TaskId>();
        while (tasks.Count < TasksPerRound / 2 && _postponed.TryDequeue(out var postponed))
            tasks.Add(postponed);
        var (found, isEnd, hasSeenAll) = await _underWay.ListNextAsync(
            TasksPerRound - tasks.Count, task => RecoveryDecisions.MayNeed(task, now) || _takeOver.IsLeft(task, since), cancellationToken);

        // Those that have slots before those that would be given them anew.
        var running = found.Count(task => task.State == TaskState.Running);
        tasks.InsertRange(0, found.Where(task => task.State == TaskState.Running).Select(task => task.Id));
        tasks.AddRange(found.Where(task => task.State != TaskState.Running).Select(task => task.Id));

        var budget = new Budget(PredecessorsPerRound);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        foreach (var some in new[] { tasks.Take(running), tasks.Skip(running).Distinct() })
            await Parallel.ForEachAsync(some, parallel, async (task, token) => await TryRecoverAsync(client, task, since, budget, token));
        return (isEnd && _postponed.IsEmpty, hasSeenAll);
    }

    /// <summary>One that cannot be looked at keeps nobody else from being looked at.</summary>
    private async Task TryRecoverAsync(DurableTaskClient client, TaskId id, DateTimeOffset? since, Budget predecessors, CancellationToken cancellationToken)
    {
        try
        {
            if (await _store.GetAsync(id, cancellationToken) is { Age: not null } stored && await RecoverAsync(client, stored, since, predecessors, cancellationToken) is { } sweep)
            {
                _metrics.Repaired(sweep);
                LogRecovered(id, stored.Record.State, sweep);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotRecovered(exception, id);
        }
    }

    /// <summary>Puts right what has got lost; the sweep that it counts for, null when it was nothing.</summary>
    private async Task<string?> RecoverAsync(DurableTaskClient client, StoredTask stored, DateTimeOffset? since, Budget predecessors, CancellationToken cancellationToken)
    {
        var (task, now) = (stored.Record, _time.GetUtcNow());
        await _takeOver.KeepSlotsAsync(client, task, since, cancellationToken);
        if (_takeOver.IsLeft(task, since))
            return await _takeOver.RunAsync(client, task, now, cancellationToken) ? SweepNames.OrchestrationGone : null;

        switch (await FindNeedAsync(stored, now, cancellationToken))
        {
            case RecoveryNeed.Orchestration:
                return await _takeOver.EnsureAsync(client, task, since) ? SweepNames.OrchestrationGone : null;

            case RecoveryNeed.Wake:
                return await _orchestrations.WakeAsync(client, task.Id) == StartOutcome.Failed ? null : SweepNames.LostWake;

            case RecoveryNeed.Start when task.State.IsTerminal():
                return await _orchestrations.TryStartAsync(client, task.Id) == StartOutcome.Started ? SweepNames.OrchestrationGone : null;

            case RecoveryNeed.Start:
                return (await _starter.SetGoingAsync(client, task, cancellationToken)).IsSetGoing ? SweepNames.Unstarted : null;

            case RecoveryNeed.Dependencies:
                return await TellAsync(client, task, predecessors, cancellationToken) ? SweepNames.LostEdge : null;

            default:
                return null;
        }
    }

    private async Task<RecoveryNeed> FindNeedAsync(StoredTask stored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var age = stored.Age ?? TimeSpan.Zero;
        var silentFor = RecoveryDecisions.MayBeSilent(stored.Record, age) ? await _attempts.SilentForAsync(stored, cancellationToken) : null;
        return RecoveryDecisions.Of(stored.Record, age, now, silentFor);
    }

    /// <summary>Tells a task of those it waits for that are over and tell nobody any more, or are gone.</summary>
    private async Task<bool> TellAsync(DurableTaskClient client, TaskRecord task, Budget predecessors, CancellationToken cancellationToken)
    {
        // As a whole, so that it is not always the same ones that there is room for.
        if (!predecessors.TryTake(task.WaitingFor.Count))
        {
            _postponed.Enqueue(task.Id);
            return false;
        }

        var isTold = false;
        foreach (var predecessor in task.WaitingFor)
        {
            var other = await _underWay.FindAsync(predecessor, cancellationToken);
            if (other is not null && (!other.State.IsTerminal() || other.Unstarted))
                continue;

            isTold = true;
            if (await _lifecycle.EndDependencyAsync(task.Id, predecessor, other?.State, cancellationToken) is { Record: { Unstarted: true, State: not TaskState.Blocked } })
                await _orchestrations.WakeAsync(client, task.Id);
        }

        return isTold;
    }

    [LoggerMessage(4522, LogLevel.Information, "The tasks were driven on another task hub until {Since}; those that are not over are taken up on this one.")]
    private partial void LogTakingOver(DateTimeOffset since);

    [LoggerMessage(4520, LogLevel.Warning, "Task {TaskId}, {State}, had been left alone and is seen to again ({Sweep}).")]
    private partial void LogRecovered(TaskId taskId, TaskState state, string sweep);

    [LoggerMessage(4521, LogLevel.Warning, "Task {TaskId} could not be looked after; it is tried again.")]
    private partial void LogNotRecovered(Exception exception, TaskId taskId);

    /// <summary>What a round may still cost; the last one to take may take more than there is.</summary>
    private sealed class Budget(int count)
    {
        private int _left = count;

        public bool TryTake(int number) => Interlocked.Add(ref _left, -number) + number > 0;
    }
}
