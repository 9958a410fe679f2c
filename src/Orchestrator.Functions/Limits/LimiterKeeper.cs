using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Recovery;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Limits;

/// <summary>A limiter that there is something to remember of.</summary>
public sealed record KnownLimiter(string Name, LimiterState State);

/// <summary>
/// Looks after limiters: gives back the slots of attempts that nobody works on, has those told whose turn it is and who did not hear of it, and makes
/// changed limits known.
/// </summary>
public sealed partial class LimiterKeeper
{
    /// <summary>A slot given out for so long is looked at: whoever has it should have begun.</summary>
    public static readonly TimeSpan MinAge = TimeSpan.FromSeconds(30);

    /// <summary>A slot is looked at for the first time before this age: then its task is told again, in case that it did not hear of it.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(50);

    /// <summary>Most slots of a limiter that are looked at in one round; later rounds take others.</summary>
    public const int PermitsPerRound = 250;

    /// <summary>What a limit that is gone comes to: all who wait may begin.</summary>
    private const int NoLimit = int.MaxValue;

    private static readonly TimeSpan ChangeLimit = TimeSpan.FromSeconds(5);

    private const int AtOnce = 16;
    private const int LimitersAtOnce = 4;

    /// <summary>Most limiters that one orchestration puts right; the next round takes the rest.</summary>
    private const int RepairsPerInstance = 50;

    private readonly ITaskStore _store;
    private readonly ITaskTypeCatalog _types;
    private readonly ISlotQueues _queues;
    private readonly TaskLifecycle _lifecycle;
    private readonly OrchestrationStarter _orchestrations;
    private readonly OrchestratorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<LimiterKeeper> _logger;
    private int _round;

    /// <summary>Creates the keeper.</summary>
    public LimiterKeeper(
        ITaskStore store,
        ITaskTypeCatalog types,
        ISlotQueues queues,
        TaskLifecycle lifecycle,
        OrchestrationStarter orchestrations,
        OrchestratorMetrics metrics,
        TimeProvider time,
        ILogger<LimiterKeeper> logger)
    {
        _store = store;
        _types = types;
        _queues = queues;
        _lifecycle = lifecycle;
        _orchestrations = orchestrations;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <summary>The limiters that there is something to remember of.</summary>
    /// <param name="type">Only those of the type; null: all.</param>
    public static async IAsyncEnumerable<KnownLimiter> ListAsync(
        DurableTaskClient client, string? type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new EntityQuery { InstanceIdStartsWith = LimiterEntity.IdPrefix + type, IncludeState = true };
        await foreach (var entity in client.Entities.GetAllEntitiesAsync(query).WithCancellation(cancellationToken))
        {
            if (entity.IncludesState && (type is null || SlotNeed.TypeOf(entity.Id.Key) == type) && TryRead(entity.State) is { } state)
                yield return new KnownLimiter(entity.Id.Key, state);
        }
    }

    private static LimiterState? TryRead(SerializedData state)
    {
        try
        {
            return state.ReadAs<LimiterState>();
        }
        catch (JsonException)
        {
            // Of another release; it is put right by its next operation, or fails there.
            return null;
        }
    }

    /// <summary>Looks at every limiter once.</summary>
    public Task KeepAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _round);
        return KeepAsync(client, type: null, cancellationToken);
    }

    /// <summary>Makes the limits of a type known that may have changed. Best effort: otherwise the next look does.</summary>
    public async Task ChangeAsync(DurableTaskClient client, string type)
    {
        // Not the caller's token: the definition is changed, whoever hangs up.
        using var limit = new CancellationTokenSource(ChangeLimit, _time);
        try
        {
            await KeepAsync(client, type, limit.Token);
        }
        catch (Exception exception)
        {
            LogNotChanged(exception, type);
        }
    }

    /// <summary>
    /// Makes the slots known that the attempt under way of a task has from limiters of another task hub, before those of this one give them out again. Best effort: a limiter that
    /// was faster gives out more than its limit until the attempt is over.
    /// </summary>
    public async Task AdoptAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken)
    {
        if (task.Lease is not { } lease)
            return;

        foreach (var limiter in task.Slots)
        {
            var type = await _types.FindAsync(SlotNeed.TypeOf(limiter), cancellationToken);
            var limit = new SlotLimit(SlotNeed.LimitOf(limiter, type) ?? NoLimit, type?.Version ?? 0);

            // Given back as every slot is: by its orchestration, or when it is looked at.
            var adopt = new LimiterAdopt(task.Id.ToString(), lease.Epoch, limit);
            await client.Entities.SignalEntityAsync(LimiterEntity.IdOf(limiter), nameof(LimiterEntity.Adopt), adopt, options: null, cancellationToken);
        }
    }

    private async Task KeepAsync(DurableTaskClient client, string? type, CancellationToken cancellationToken)
    {
        var repairs = new ConcurrentBag<LimiterRepair>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = LimitersAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ListAsync(client, type, cancellationToken), parallel, async (limiter, token) =>
        {
            if (await TryFindRepairAsync(client, limiter, token) is { } repair)
                repairs.Add(repair);
        });
        foreach (var instance in repairs.GroupBy(repair => LimiterOrchestrator.InstanceOf(repair.Limiter)))
            await RepairAsync(client, instance.Key, [.. instance.Take(RepairsPerInstance)], cancellationToken);
    }

    /// <summary>One that cannot be looked at keeps nobody else from being looked at.</summary>
    private async Task<LimiterRepair?> TryFindRepairAsync(DurableTaskClient client, KnownLimiter limiter, CancellationToken cancellationToken)
    {
        try
        {
            return await FindRepairAsync(client, limiter, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotKept(exception, limiter.Name);
            return null;
        }
    }

    private async Task RepairAsync(DurableTaskClient client, string instance, IReadOnlyList<LimiterRepair> repairs, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(LimiterOrchestrator), repairs, new StartOrchestrationOptions(instance), cancellationToken);
            foreach (var repair in repairs)
            {
                _metrics.Repaired(SweepNames.Slot, repair.Unused!.Count);
                LogRepair(repair.Limiter, repair.Unused!.Count, repair.Limit.Count);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Mostly because the one before is still at it.
            LogLater(exception, instance, repairs.Count);
        }
    }

    /// <summary>What a limiter is to be told; null: all is well.</summary>
    internal async Task<LimiterRepair?> FindRepairAsync(DurableTaskClient client, KnownLimiter limiter, CancellationToken cancellationToken)
    {
        var state = limiter.State;
        var type = await _types.FindAsync(SlotNeed.TypeOf(limiter.Name), cancellationToken);
        var limit = new SlotLimit(SlotNeed.LimitOf(limiter.Name, type) ?? NoLimit, type?.Version ?? 0);
        var unused = await FindUnusedAsync(client, state, cancellationToken);
        var isStuck = state.Permits.Count - unused.Count < limit.Count && (state.Waiters.Count > 0 || state.HasMore);
        if (unused.Count == 0 && !isStuck && limit.Count == state.Limit?.Count)
            return null;

        SlotRows? rows = null;
        if (state.HasMore && state.Waiters.Count < LimiterState.RefillBelow)
        {
            var waiters = await _queues.ListAsync(limiter.Name, LimiterState.MaxWaiters, cancellationToken);
            rows = new SlotRows(waiters, waiters.Count < LimiterState.MaxWaiters, state.ToldTicks);
        }

        return new LimiterRepair(limiter.Name, unused, rows, limit);
    }

    /// <summary>The slots that nobody uses, or will use.</summary>
    private async Task<List<SlotPermit>> FindUnusedAsync(DurableTaskClient client, LimiterState state, CancellationToken cancellationToken)
    {
        var before = (_time.GetUtcNow() - MinAge).UtcTicks;
        SlotPermit[] old = [.. state.Permits.Where(permit => permit.AtTicks <= before)];
        var first = old.Length > PermitsPerRound ? _round * PermitsPerRound % old.Length : 0;
        var unused = new List<SlotPermit>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(old.Skip(first).Take(PermitsPerRound), parallel, async (permit, token) =>
        {
            if (await TryUseAsync(client, permit, token))
                return;
            lock (unused)
                unused.Add(permit);
        });
        return unused;
    }

    /// <summary>One that cannot be looked at counts as used, and keeps nobody else from being looked at.</summary>
    private async Task<bool> TryUseAsync(DurableTaskClient client, SlotPermit permit, CancellationToken cancellationToken)
    {
        try
        {
            return await IsUsedAsync(client, permit, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotLookedAt(exception, permit.Task);
            return true;
        }
    }

    /// <summary>Whether somebody works with a slot, or is about to. When nobody is, afterwards nobody can.</summary>
    private async Task<bool> IsUsedAsync(DurableTaskClient client, SlotPermit permit, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(permit.Task);
        if (await _store.GetAsync(id, cancellationToken) is not { Record: var task } stored || task.State.IsTerminal())
            return false;
        if (task.Lease is { } lease)
        {
            if (stored.Age < lease.Duration * 2)
                return true;
            task = (await _lifecycle.PutBackAsync(id, cancellationToken))?.Record;
        }
        else if (task.LeaseEpoch + 1 == permit.Ticket)
        {
            if (task.State is TaskState.Queued or TaskState.Scheduled && await IsOnItsWayAsync(client, permit, id))
                return true;
            task = (await _lifecycle.BurnTicketAsync(id, permit.Ticket, cancellationToken))?.Record;
        }

        if (task is null || task.State.IsTerminal())
            return false;
        if (task.Lease is not null || task.LeaseEpoch + 1 == permit.Ticket)
            return true;

        // It has lost its slot, and has to ask anew. If it cannot be told, the slot is looked at again.
        return await _orchestrations.WakeAsync(client, id) == StartOutcome.Failed;
    }

    /// <summary>Whether the task's orchestration goes on: it begins as soon as the platform lets it, or once it has its other slot.</summary>
    private async Task<bool> IsOnItsWayAsync(DurableTaskClient client, SlotPermit permit, TaskId id)
    {
        if (!await _orchestrations.RunsAsync(client, id))
            return false;
        if (_time.GetUtcNow().UtcTicks - permit.AtTicks < FirstLook.Ticks)
            await _orchestrations.NotifyAsync(client, id);
        return true;
    }

    [LoggerMessage(4823, LogLevel.Warning, "The slot of task {TaskId} could not be looked at; it is tried again.")]
    private partial void LogNotLookedAt(Exception exception, string taskId);

    [LoggerMessage(4820, LogLevel.Information, "Limiter {Limiter} is put right: {Unused} slots that nobody uses are given back; its limit is {Limit}.")]
    private partial void LogRepair(string limiter, int unused, int limit);

    [LoggerMessage(4824, LogLevel.Information, "Orchestration {Instance} could not be started to put {Count} limiters right; it is tried again.")]
    private partial void LogLater(Exception exception, string instance, int count);

    [LoggerMessage(4821, LogLevel.Warning, "Limiter {Limiter} could not be looked after; it is tried again.")]
    private partial void LogNotKept(Exception exception, string limiter);

    [LoggerMessage(4822, LogLevel.Warning, "The limits of task type {Type} have changed and could not be made known at once; it is tried again.")]
    private partial void LogNotChanged(Exception exception, string type);
}
