using System.Collections.Concurrent;

namespace Embedded.Functions.Queues;

/// <summary>
/// Wakes the listener of a queue when this process has sent to it. Only an accelerator: a listener also looks by itself.
/// </summary>
internal sealed class QueueSignals
{
    private readonly ConcurrentDictionary<Uri, SemaphoreSlim> _signals = [];

    public void Notify(Uri queue)
    {
        if (_signals.TryGetValue(queue, out var signal) && signal.CurrentCount == 0)
            signal.Release();
    }

    /// <summary>Waits until the queue was sent to, or <paramref name="interval"/> has passed.</summary>
    /// <returns>Whether it was sent to.</returns>
    public async Task<bool> WaitAsync(Uri queue, TimeSpan interval, TimeProvider clock, CancellationToken cancellationToken)
    {
        var signal = _signals.GetOrAdd(queue, _ => new SemaphoreSlim(0));
        using var timeout = new CancellationTokenSource(interval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await signal.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
