using System.Collections.Concurrent;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Hostile;

/// <summary>
/// Delivers every activity twice, at the same time or the second time when the first has ended. One result counts, now this
/// one, now that one; the other is dropped, however late it comes. A fault is the result of its own delivery alone.
/// </summary>
/// <param name="toss">Asked whether the second delivery is made at once, and then whether the delivery that ends first is the one that counts.</param>
internal sealed class TwiceActivityRunner(IActivityRunner inner, Func<bool> toss) : IActivityRunner
{
    private readonly ConcurrentDictionary<Task, bool> _running = [];

    public async ValueTask<OrchestrationMessage> RunAsync(ActivityWork work, CancellationToken cancellationToken)
    {
        var first = DeliverAsync(work, cancellationToken);
        var second = toss() ? DeliverAsync(work, cancellationToken) : DeliverAfterAsync(first, work, cancellationToken);
        Watch(Task.WhenAll(first, second));

        var earlier = await Task.WhenAny(first, second);
        var later = earlier == first ? second : first;
        return await (toss() ? earlier : later);
    }

    public async Task WhenIdleAsync()
    {
        await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await inner.WhenIdleAsync();
    }

    private Task<OrchestrationMessage> DeliverAsync(ActivityWork work, CancellationToken cancellationToken) =>
        Task.Run(() => inner.RunAsync(work, cancellationToken).AsTask(), CancellationToken.None);

    private async Task<OrchestrationMessage> DeliverAfterAsync(Task first, ActivityWork work, CancellationToken cancellationToken)
    {
        await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await DeliverAsync(work, cancellationToken);
    }

    private void Watch(Task deliveries)
    {
        _running[deliveries] = true;
        _ = deliveries.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                _running.TryRemove(ended, out _);
            },
            TaskScheduler.Default);
    }
}
