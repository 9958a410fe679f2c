using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Orchestrations;
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

    /// <summary>Most slots of a limiter that are looked at in one round; later rounds take others.</summary>
    public const int PermitsPerRound = 100;

    /// <summary>What a limit that is gone comes to: all who wait may begin.</summary>
    private const int NoLimit = int.MaxValue;

    private const int AtOnce = 16;

    private readonly ITaskStore _store;
    private readonly ITaskTypeCatalog _types;
    private readonly ISlotQueues _queues;
    private readonly TaskLifecycle _lifecycle;
    private readonly OrchestrationStarter _orchestrations;
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
        TimeProvider time,
        ILogger<LimiterKeeper> logger)
    {
        _store = store;
        _types = types;
        _queues = queues;
        _lifecycle = lifecycle;
        _orchestrations = orchestrations;
        _time = time;
        _logger = logger;
    }

    /// <summary>The limiters that there is something to remember of.</summary>
    /// <param name="type">Only those of the type; null: all.</param>
    public static async IAsyncEnumerable<KnownLimiter> ListAsync(
        DurableTaskClient client, string? type, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new EntityQuery { InstanceIdStartsWith = LimiterEntity.IdPrefix + type, IncludeState = true };
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<LimiterState>(query).WithCancellation(cancellationToken))
        {
            if (entity.IncludesState && (type is null || SlotNeed.TypeOf(entity.Id.Key) == type))
                yield return new KnownLimiter(entity.Id.Key, entity.State);
        }
    }

    /// <summary>Looks at every limiter once.</summary>
    public async Task KeepAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        _round++;
        await foreach (var limiter in ListAsync(client, type: null, cancellationToken))
            await TryKeepAsync(client, limiter, cancellationToken);
    }

    /// <summary>Makes the limits of a type known that may have changed. Best effort: otherwise the next look does.</summary>
    public async Task ChangeAsync(DurableTaskClient client, string type, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var limiter in ListAsync(client, type, cancellationToken))
                await TryKeepAsync(client, limiter, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotChanged(exception, type);
        }
    }

    /// <summary>One that cannot be looked at keeps nobody else from being looked at.</summary>
    private async Task TryKeepAsync(DurableTaskClient client, KnownLimiter limiter, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindRepairAsync(client, limiter, cancellationToken) is not { } repair)
                return;

            LogRepair(limiter.Name, repair.Unused!.Count, repair.Limit.Count);
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(LimiterOrchestrator), repair, new StartOrchestrationOptions(LimiterOrchestrator.InstanceOf(limiter.Name)), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One that still runs is enough.
            LogNotKept(exception, limiter.Name);
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
        if (unused.Count == 0 && !isStuck && limit == state.Limit)
            return null;

        var rows = state.HasMore && state.Waiters.Count < LimiterState.RefillBelow ? await _queues.ListAsync(limiter.Name, LimiterState.MaxWaiters, cancellationToken) : null;
        return new LimiterRepair(limiter.Name, unused, rows, rows?.Count < LimiterState.MaxWaiters, limit);
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
            if (await IsUsedAsync(client, permit, token))
                return;
            lock (unused)
                unused.Add(permit);
        });
        return unused;
    }

    /// <summary>Whether somebody works with a slot. When nobody does, afterwards nobody can begin to.</summary>
    private async Task<bool> IsUsedAsync(DurableTaskClient client, SlotPermit permit, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(permit.Task);
        var stored = await _store.GetAsync(id, cancellationToken);
        if (stored?.Record is not { } task || task.State.IsTerminal())
            return false;

        if (task.Lease is not null)
            task = (await _lifecycle.PutBackAsync(id, cancellationToken))?.Record;
        else if (task.LeaseEpoch + 1 == permit.Ticket)
            task = (await _lifecycle.BurnTicketAsync(id, permit.Ticket, cancellationToken))?.Record;
        if (task?.Lease is not null || task?.LeaseEpoch + 1 == permit.Ticket)
            return true;

        // It has lost its slot, and has to ask anew.
        if (task is not null && !task.State.IsTerminal())
            await _orchestrations.WakeAsync(client, id);
        return false;
    }

    [LoggerMessage(4820, LogLevel.Information, "Limiter {Limiter} is put right: {Unused} slots that nobody uses are given back; its limit is {Limit}.")]
    private partial void LogRepair(string limiter, int unused, int limit);

    [LoggerMessage(4821, LogLevel.Warning, "Limiter {Limiter} could not be looked after; it is tried again.")]
    private partial void LogNotKept(Exception exception, string limiter);

    [LoggerMessage(4822, LogLevel.Warning, "The limits of task type {Type} have changed and could not be made known at once; it is tried again.")]
    private partial void LogNotChanged(Exception exception, string type);
}
