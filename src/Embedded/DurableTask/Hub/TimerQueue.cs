using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hub;

/// <summary>The moments the engine wants to be called at. Not thread-safe: belongs to the hub's loop.</summary>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>Longest single wait; a later moment is waited for in stretches, so that a clock set forward is noticed.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly PriorityQueue<DueTimer, DateTime> _queue = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <param name="wake">Called on another thread when <see cref="TakeDue"/> may have something.</param>
    public TimerQueue(TimeProvider time, Action wake)
    {
        _time = time;
        _timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(DueTimer timer)
    {
        var earliest = !_queue.TryPeek(out _, out var first) || timer.At < first;
        _queue.Enqueue(timer, timer.At);
        if (earliest)
        {
            Arm(timer.At);
        }
    }

    /// <summary>Takes out what is due, never early by the clock.</summary>
    public IReadOnlyList<DueTimer> TakeDue()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var due = new List<DueTimer>();
        while (_queue.TryPeek(out _, out var at) && at <= now)
        {
            due.Add(_queue.Dequeue());
        }

        if (_queue.TryPeek(out _, out var next))
        {
            Arm(next);
        }

        return due;
    }

    public void Dispose() => _timer.Dispose();

    private void Arm(DateTime at)
    {
        var wait = at - _time.GetUtcNow().UtcDateTime;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;

        // Timers count whole milliseconds; one that is a little early would find nothing and be armed again at once.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
