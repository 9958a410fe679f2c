namespace Orchestrator.Limits;

/// <summary>The tasks that wait for slots, as far as their limiters do not remember them; by rank, then by id.</summary>
public interface ISlotQueues
{
    /// <summary>Puts a task into the queue of a limiter; harmless when repeated.</summary>
    Task AddAsync(string limiter, SlotWaiter waiter, CancellationToken cancellationToken);

    /// <summary>Takes a task out of the queue of a limiter; no matter whether it is there.</summary>
    Task RemoveAsync(string limiter, SlotWaiter waiter, CancellationToken cancellationToken);

    /// <summary>How many tasks are in the queue of a limiter; counts up to <paramref name="limit"/>.</summary>
    Task<int> CountAsync(string limiter, int limit, CancellationToken cancellationToken);

    /// <summary>The first tasks in the queue of a limiter, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<SlotWaiter>> ListAsync(string limiter, int limit, CancellationToken cancellationToken);
}
