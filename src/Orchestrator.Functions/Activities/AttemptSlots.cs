using Orchestrator.Functions.Limits;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Says which slots an attempt needs, and which ones are to be given back. The task row is the authority here too: a slot is given for one lease
/// epoch, and is given back only once the row says that nobody works, or will begin, under that epoch.
/// </summary>
public sealed class AttemptSlots
{
    private readonly ITaskStore _store;
    private readonly ITaskTypeCatalog _types;
    private readonly TaskLifecycle _lifecycle;
    private readonly AttemptWaits _waits;
    private readonly TimeProvider _time;

    /// <summary>Creates the slots.</summary>
    public AttemptSlots(ITaskStore store, ITaskTypeCatalog types, TaskLifecycle lifecycle, AttemptWaits waits, TimeProvider time)
    {
        _store = store;
        _types = types;
        _lifecycle = lifecycle;
        _waits = waits;
        _time = time;
    }

    /// <summary>The slots that an attempt at a task needs by the limits of now, which are not pinned.</summary>
    public async ValueTask<IReadOnlyList<SlotNeed>> FindNeedsAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        // A type that is deleted limits nothing any more.
        return await _types.FindAsync(task.Type, cancellationToken) is { } type ? SlotNeed.Of(type, task.Input) : [];
    }

    /// <summary>The step that has the orchestration ask for a slot.</summary>
    public async Task<AttemptStep> AskForAsync(StoredTask task, int attempt, ClaimDecision.NeedsSlot needed, SlotNeed need, CancellationToken cancellationToken)
    {
        // Whoever waits for long is looked at now and then, in case that what should have told it has got lost.
        var step = await _waits.UntilAsync(task, attempt, _time.GetUtcNow() + AttemptWaits.LongestSleep, cancellationToken);
        return step.DueAtTicks <= _time.GetUtcNow().UtcTicks
            ? step
            : step with { Next = AttemptNext.Slot, Wish = new SlotWish(need.Limiter, needed.Ticket, needed.Rank, need.Limit) };
    }

    /// <summary>The slots to give back once an activity has done what it could; null: none.</summary>
    public async Task<SlotReturn?> FindReturnAsync(TaskId id, AttemptRequest request, AttemptStep step, CancellationToken cancellationToken)
    {
        var held = request.Slots ?? [];

        // What this process wrote last says for certain that an attempt is over, but not that it still goes on.
        var task = (await _store.GetRecentAsync(id, cancellationToken))?.Record;
        if (task?.Lease is not null || task?.LeaseEpoch + 1 < request.Ticket)
            task = (await _store.GetAsync(id, cancellationToken))?.Record;
        if (task is null)
            return Return(held, request.Ticket);
        if (task.Lease is not null)
            return null;
        if (step.Next == AttemptNext.Slot)
            return Return(task.Slots, task.LeaseEpoch);

        // Another delivery of the request may be on its way: it must not begin any more.
        if (held.Count > 0 && task.LeaseEpoch + 1 == request.Ticket)
            task = (await _lifecycle.BurnTicketAsync(id, request.Ticket, cancellationToken))?.Record ?? task;
        if (task.Lease is not null)
            return null;
        return Return([.. task.Slots.Union(held)], task.State.IsTerminal() ? Math.Max(task.LeaseEpoch, request.Ticket) : task.LeaseEpoch);
    }

    private static SlotReturn? Return(IReadOnlyList<string> limiters, long ticket) =>
        limiters.Count == 0 ? null : new SlotReturn(limiters, ticket);
}
