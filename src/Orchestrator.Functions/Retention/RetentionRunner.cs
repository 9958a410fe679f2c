using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Retention;

/// <summary>What a run has removed.</summary>
/// <param name="Removed">Tasks.</param>
/// <param name="DroppedDays">Days whose tables were dropped.</param>
/// <param name="IsMore">Whether there may be more that is over its time.</param>
public sealed record RetentionRun(int Removed, IReadOnlyList<DateOnly> DroppedDays, bool IsMore);

/// <summary>
/// Removes the tasks that are over their time: those of days of which all are by dropping their tables, others one by one. A run that is broken off
/// anywhere is gone on with by the next.
/// </summary>
public sealed partial class RetentionRunner : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly IRetentionStore _store;
    private readonly TaskPurger _purger;
    private readonly ILogger<RetentionRunner> _logger;

    /// <summary>Creates the runner.</summary>
    public RetentionRunner(IRetentionStore store, TaskPurger purger, ILogger<RetentionRunner> logger)
    {
        _store = store;
        _purger = purger;
        _logger = logger;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>Runs once.</summary>
    /// <param name="limit">Most tasks to remove, give or take a stretch of those that lie together.</param>
    public async Task<RetentionRun> RunAsync(DurableTaskClient client, RetentionRules rules, int limit, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var plan = await _store.PlanAsync(rules, cancellationToken);
            var (removed, dropped) = await DropAsync(client, plan.Days, rules, limit, cancellationToken);
            if (removed < limit && dropped.Count < plan.Days.Count)
                plan = await _store.PlanAsync(rules, cancellationToken);
            foreach (var segment in plan.Segments)
            {
                if (removed >= limit)
                    break;

                removed += await RemoveAsync(client, segment, rules, limit - removed, cancellationToken);
            }

            if (removed > 0)
                LogRemoved(removed, dropped.Count);
            return new RetentionRun(removed, dropped, removed >= limit || !plan.IsWhole);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes tasks of a segment one by one. Those whose orchestration does not end are passed over, so that they hold up no other.</summary>
    private async Task<int> RemoveAsync(DurableTaskClient client, RetentionSegment segment, RetentionRules rules, int limit, CancellationToken cancellationToken)
    {
        var removed = 0;
        var due = await _store.ListDueAsync(segment, rules, cancellationToken);
        for (var next = 0; next < due.Count && removed < limit;)
        {
            TaskRecord[] some = [.. due.Skip(next).Take(limit - removed)];
            next += some.Length;
            var free = await _purger.EndInstancesAsync(client, some, cancellationToken);
            removed += (await _store.RemoveAsync(segment, free, cancellationToken)).Count;
        }

        return removed;
    }

    private async Task<(int Removed, List<DateOnly> Dropped)> DropAsync(
        DurableTaskClient client, IReadOnlyList<DateOnly> days, RetentionRules rules, int limit, CancellationToken cancellationToken)
    {
        var removed = 0;
        var dropped = new List<DateOnly>();
        foreach (var day in days)
        {
            var (released, isWhole) = await ReleaseAsync(client, day, rules, limit - removed, cancellationToken);
            removed += released;
            if (isWhole && await _store.DropAsync(day, cancellationToken))
            {
                dropped.Add(day);
                LogDropped(day);
            }

            if (removed >= limit)
                break;
        }

        return (removed, dropped);
    }

    /// <summary>Removes what lies of a day's tasks outside their tables; whether that is all gone now.</summary>
    private async Task<(int Released, bool IsWhole)> ReleaseAsync(DurableTaskClient client, DateOnly day, RetentionRules rules, int limit, CancellationToken cancellationToken)
    {
        var released = 0;
        foreach (var segment in await _store.ListToReleaseAsync(day, cancellationToken))
        {
            if (released >= limit || await _store.ListAllDueAsync(segment, rules, cancellationToken) is not { } tasks)
                return (released, false);

            // One that still runs may yet write. The others of the day do not wait for it.
            if ((await _purger.EndInstancesAsync(client, tasks, cancellationToken)).Count < tasks.Count)
            {
                _store.PutOff(day);
                LogPutOff(day);
                return (released, false);
            }

            await _store.ReleaseAsync(segment, tasks, cancellationToken);
            released += tasks.Count;
        }

        return (released, true);
    }

    [LoggerMessage(4850, LogLevel.Information, "{Count} tasks that were over their time are removed; the tables of {Days} days are dropped.")]
    private partial void LogRemoved(int count, int days);

    [LoggerMessage(4851, LogLevel.Information, "All tasks of {Day} were over their time; its tables are dropped.")]
    private partial void LogDropped(DateOnly day);

    [LoggerMessage(4852, LogLevel.Warning, "All tasks of {Day} are over their time, but an orchestration of one does not end or cannot be removed; they are removed one by one.")]
    private partial void LogPutOff(DateOnly day);
}
