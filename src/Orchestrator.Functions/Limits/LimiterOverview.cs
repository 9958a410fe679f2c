using Microsoft.DurableTask.Client;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>How a limiter stands.</summary>
/// <param name="TaskType">The task type whose limit it keeps.</param>
/// <param name="Key">JSON text of the value that it counts by, cut at 100 characters; null: it counts all tasks of the type.</param>
/// <param name="Limit">How many tasks may be worked on at once.</param>
/// <param name="InUse">How many have a slot.</param>
/// <param name="Waiting">How many wait for one.</param>
internal sealed record LimiterView(string TaskType, string? Key, int Limit, int InUse, int Waiting);

/// <summary>The limiters that are in use.</summary>
internal sealed record LimitersView(IReadOnlyList<LimiterView> Limiters);

/// <summary>Says how the limiters stand.</summary>
public sealed class LimiterOverview(ISlotQueues queues)
{
    /// <summary>The limiters in use, by type and key; at most <paramref name="limit"/>.</summary>
    internal async Task<IReadOnlyList<LimiterView>> ListAsync(DurableTaskClient client, int limit, CancellationToken cancellationToken)
    {
        var views = new List<LimiterView>();
        await foreach (var (name, state) in LimiterKeeper.ListAsync(client, type: null, cancellationToken))
        {
            // Those with a row are among the rows, as long as there are any.
            var rows = state.HasMore || state.Waiters.Any(waiter => waiter.HasRow) ? await queues.CountAsync(name, cancellationToken) : 0;
            views.Add(new LimiterView(SlotNeed.TypeOf(name), state.Key, state.Limit?.Count ?? 0, state.Permits.Count, state.Waiters.Count(waiter => !waiter.HasRow) + rows));
            if (views.Count == limit)
                break;
        }

        return [.. views.OrderBy(view => view.TaskType, StringComparer.Ordinal).ThenBy(view => view.Key, StringComparer.Ordinal)];
    }
}
