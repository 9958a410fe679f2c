using Orchestrator.Limits;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>The queues of limiters in memory.</summary>
internal sealed class MemorySlotQueues : ISlotQueues
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Limiter, long Rank, string Task), SlotWaiter> _rows = [];

    public IReadOnlyList<string> Tasks
    {
        get
        {
            lock (_lock)
                return [.. _rows.Values.Select(waiter => waiter.Task)];
        }
    }

    public Task AddAsync(string limiter, SlotWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
            _rows[(limiter, waiter.Rank, waiter.Task)] = waiter with { HasRow = true };
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string limiter, SlotWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
            _rows.Remove((limiter, waiter.Rank, waiter.Task));
        return Task.CompletedTask;
    }

    public Task<int> CountAsync(string limiter, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(Math.Min(limit, _rows.Keys.Count(key => key.Limiter == limiter)));
    }

    public Task<IReadOnlyList<SlotWaiter>> ListAsync(string limiter, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<SlotWaiter>>([.. _rows.Where(row => row.Key.Limiter == limiter).Take(limit).Select(row => row.Value)]);
    }
}
