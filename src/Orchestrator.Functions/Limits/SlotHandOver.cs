using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Limits;

/// <summary>
/// Tells the tasks whose turn it is, after a look at each: one that does not wait any more has its slot taken back. Writes and reads the rows of the
/// queue. Safe to repeat.
/// </summary>
public sealed partial class SlotHandOver
{
    private const int AtOnce = 16;

    private readonly ITaskStore _store;
    private readonly ISlotQueues _queues;
    private readonly TaskLifecycle _lifecycle;
    private readonly OrchestrationStarter _orchestrations;
    private readonly TaskMetrics _metrics;
    private readonly ILogger<SlotHandOver> _logger;

    /// <summary>Creates the hand-over.</summary>
    public SlotHandOver(
        ITaskStore store, ISlotQueues queues, TaskLifecycle lifecycle, OrchestrationStarter orchestrations, TaskMetrics metrics, ILogger<SlotHandOver> logger)
    {
        _store = store;
        _queues = queues;
        _lifecycle = lifecycle;
        _orchestrations = orchestrations;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Carries a limiter's answer out.</summary>
    public async Task<HandOverResult> RunAsync(DurableTaskClient client, HandOverRequest request, CancellationToken cancellationToken)
    {
        var (limiter, answer) = request;

        // Before anything is read: whoever is displaced must be among what is read.
        await Task.WhenAll((answer.Displaced ?? []).Select(waiter => _queues.AddAsync(limiter, waiter, cancellationToken)));
        await Task.WhenAll((answer.Gone ?? []).Select(waiter => _queues.RemoveAsync(limiter, waiter, cancellationToken)));
        var refused = new List<SlotPermit>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(answer.Granted ?? [], parallel, async (grant, token) =>
        {
            if (await TryTellAsync(client, limiter, grant, token))
                return;
            lock (refused)
                refused.Add(new SlotPermit(grant.Task, grant.Ticket, 0));
        });
        if (refused.Count > 0)
            LogRefused(refused.Count, limiter);

        SlotRows? rows = null;
        if (answer.RefillFor is { } told)
        {
            var waiters = await _queues.ListAsync(limiter, LimiterState.MaxWaiters, cancellationToken);
            rows = new SlotRows(waiters, waiters.Count < LimiterState.MaxWaiters, told);
        }

        return new HandOverResult(refused, rows, answer.Displaced is { Count: > 0 });
    }

    /// <summary>One that cannot be read counts as told and keeps nobody else from being told; the sweep looks at it again.</summary>
    private async Task<bool> TryTellAsync(DurableTaskClient client, string limiter, SlotWaiter grant, CancellationToken cancellationToken)
    {
        try
        {
            var isTold = await IsTakenAsync(client, grant, cancellationToken);
            if (grant.HasRow)
                await _queues.RemoveAsync(limiter, grant, cancellationToken);
            return isTold;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotTold(exception, grant.Task, limiter);
            return true;
        }
    }

    /// <summary>Whether the slot is the task's: it waits for it, and is told, or is being worked on with it.</summary>
    private async Task<bool> IsTakenAsync(DurableTaskClient client, SlotWaiter grant, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(grant.Task);
        var task = (await _store.GetAsync(id, cancellationToken))?.Record;
        if (task is { Lease: null, State: TaskState.Queued or TaskState.Scheduled } && task.LeaseEpoch + 1 == grant.Ticket)
        {
            await _orchestrations.WakeAsync(client, id);
            _metrics.Limited(task);
            return true;
        }

        // An activity may be on its way that would begin with it.
        if (task?.LeaseEpoch + 1 == grant.Ticket)
            task = (await _lifecycle.BurnTicketAsync(id, grant.Ticket, cancellationToken))?.Record;
        return task is { Lease: not null } && task.LeaseEpoch >= grant.Ticket;
    }

    [LoggerMessage(4811, LogLevel.Warning, "Task {TaskId}, whose turn it is at limiter {Limiter}, could not be told; the sweep looks at it again.")]
    private partial void LogNotTold(Exception exception, string taskId, string limiter);

    [LoggerMessage(4810, LogLevel.Debug, "{Count} tasks whose turn it was at limiter {Limiter} do not wait any more.")]
    private partial void LogRefused(int count, string limiter);
}
