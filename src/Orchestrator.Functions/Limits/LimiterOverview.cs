using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;
using Orchestrator.Availability;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Limits;

/// <summary>How a limiter stands.</summary>
/// <param name="TaskType">The task type whose limit it keeps.</param>
/// <param name="Key">JSON text of the value that it counts by, cut at 100 characters; null: it counts all tasks of the type, or the value is not known any more.</param>
/// <param name="Limit">How many tasks may be worked on at once.</param>
/// <param name="InUse">How many have a slot.</param>
/// <param name="Waiting">How many wait for one.</param>
internal sealed record LimiterView(string TaskType, string? Key, int Limit, int InUse, int Waiting);

/// <summary>The limiters that are in use.</summary>
internal sealed record LimitersView(IReadOnlyList<LimiterView> Limiters);

/// <summary>Says how the limiters stand.</summary>
public sealed class LimiterOverview(IStorageAvailability storage, ISlotQueues queues, ITaskStore store, ITaskTypeCatalog types)
{
    /// <summary>Most waiting tasks of a limiter that are counted in rows.</summary>
    private const int MostRows = 10_000;

    private const int AtOnce = 8;
    private const int MostKeys = 10_000;

    /// <summary>By limiter; its name has a hash of the key, so it never changes.</summary>
    private readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    /// <summary>The limiters in use, by type and key; at most <paramref name="limit"/>.</summary>
    internal async Task<IReadOnlyList<LimiterView>> ListAsync(DurableTaskClient client, int limit, CancellationToken cancellationToken)
    {
        var limiters = new List<KnownLimiter>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, storage.Away);
        await foreach (var limiter in LimiterKeeper.ListAsync(client, type: null, either.Token))
        {
            limiters.Add(limiter);
            if (limiters.Count == limit)
                break;
        }

        var views = new LimiterView[limiters.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, limiters.Count, parallel, async (index, token) => views[index] = await ViewAsync(limiters[index], token));
        return [.. views.OrderBy(view => view.TaskType, StringComparer.Ordinal).ThenBy(view => view.Key, StringComparer.Ordinal)];
    }

    private async Task<LimiterView> ViewAsync(KnownLimiter limiter, CancellationToken cancellationToken)
    {
        // Those with a row are among the rows, as long as there are any.
        var state = limiter.State;
        var rows = state.HasMore || state.Waiters.Any(waiter => waiter.HasRow) ? await queues.CountAsync(limiter.Name, MostRows, cancellationToken) : 0;
        var waiting = state.Waiters.Count(waiter => !waiter.HasRow) + rows;
        return new LimiterView(SlotNeed.TypeOf(limiter.Name), await KeyAsync(limiter, cancellationToken), state.Limit?.Count ?? 0, state.Permits.Count, waiting);
    }

    /// <summary>Inputs are not kept with limiters: one of its tasks says what it counts by.</summary>
    private async Task<string?> KeyAsync(KnownLimiter limiter, CancellationToken cancellationToken)
    {
        var name = SlotNeed.TypeOf(limiter.Name);
        if (name == limiter.Name)
            return null;
        if (_keys.TryGetValue(limiter.Name, out var known))
            return known;

        var task = limiter.State.Permits.Select(permit => permit.Task).Concat(limiter.State.Waiters.Select(waiter => waiter.Task)).FirstOrDefault();
        if (task is null || await types.FindAsync(name, cancellationToken) is not { } type)
            return null;

        var input = (await store.GetAsync(TaskId.Parse(task), cancellationToken))?.Record.Input;
        if (SlotNeed.Of(type, input).FirstOrDefault(need => need.Limiter == limiter.Name)?.Key is not { } key)
            return null;
        if (_keys.Count >= MostKeys)
            _keys.Clear();
        return _keys[limiter.Name] = key;
    }
}
