using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>
/// Gives out the slots of one limit; its key is the limiter's name. Operations may run twice and late, see <see cref="LimiterState"/>. There is one
/// only while there is something to remember.
/// </summary>
public sealed class LimiterEntity(TimeProvider time) : TaskEntity<LimiterState>
{
    /// <summary>What the ids of all limiters begin with; the platform writes names in lower case.</summary>
    public const string IdPrefix = "@limiterentity@";

    /// <summary>The entity of a limiter.</summary>
    public static EntityInstanceId IdOf(string limiter) => new(nameof(LimiterEntity), limiter);

    /// <summary>The entity's trigger.</summary>
    [Function(nameof(LimiterEntity))]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<LimiterEntity>();

    /// <summary>Asks for a slot.</summary>
    public LimiterAnswer Ask(LimiterAsk ask) => Keep((State ?? new LimiterState()).Ask(ask.Waiter, ask.Limit, time.GetUtcNow()));

    /// <summary>Enters a slot that was given out by a limiter of another task hub.</summary>
    public void Adopt(LimiterAdopt adopt) => State = (State ?? new LimiterState()).Adopt(adopt.Task, adopt.Ticket, adopt.Limit, time.GetUtcNow());

    /// <summary>Frees the slot of a task.</summary>
    public LimiterAnswer Free(LimiterFree free) => Keep((State ?? new LimiterState()).Free(free.Task, free.Ticket, time.GetUtcNow()));

    /// <summary>Takes back what could not be handed over, and takes in what was read from the queue's rows.</summary>
    public LimiterAnswer Settle(LimiterSettle settle) =>
        Keep((State ?? new LimiterState()).Settle(settle.Refused ?? [], settle.Rows, settle.HasNewRows, settle.Limit, time.GetUtcNow()));

    private LimiterAnswer Keep((LimiterState State, LimiterAnswer Answer) result)
    {
        State = result.State.IsIdle() ? null! : result.State;
        return result.Answer;
    }
}

/// <summary>Asks a limiter for a slot.</summary>
/// <param name="Waiter">The task, and what it waits with if it has to.</param>
/// <param name="Limit">How much may be given out, as far as the caller knows; null: as before.</param>
public sealed record LimiterAsk(SlotWaiter Waiter, SlotLimit? Limit);

/// <summary>Enters the slot that a task has.</summary>
/// <param name="Task">Its id.</param>
/// <param name="Ticket">The lease epoch that its attempt has begun with.</param>
/// <param name="Limit">How much may be given out, as far as the caller knows.</param>
public sealed record LimiterAdopt(string Task, long Ticket, SlotLimit Limit);

/// <summary>Frees the slot of a task.</summary>
/// <param name="Task">Its id.</param>
/// <param name="Ticket">The last lease epoch that it is not needed for any more.</param>
public sealed record LimiterFree(string Task, long Ticket);

/// <summary>Tells a limiter what became of those whose turn it was.</summary>
/// <param name="Refused">Permits that are good for nothing; null: none.</param>
/// <param name="Rows">What was read of the queue's rows; null: nothing was.</param>
/// <param name="HasNewRows">Whether rows were written for those displaced.</param>
/// <param name="Limit">How much may be given out, as far as the caller knows; null: as before.</param>
public sealed record LimiterSettle(IReadOnlyList<SlotPermit>? Refused, SlotRows? Rows = null, bool HasNewRows = false, SlotLimit? Limit = null);
