using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hub;

/// <summary>The moments the engine wants to be called at. Not thread-safe: belongs to the hub's loop.</summary>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>Longest single wait; a later moment is waited for in stretches, so that a clock set forward is noticed.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly SortedSet<Entry> _queue = [];
    private readonly Dictionary<string, List<Entry>> _byExecution = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _added;

    /// <param name="wake">Called on another thread when <see cref="TakeDue"/> may have something.</param>
    public TimerQueue(TimeProvider time, Action wake)
    {
        _time = time;
        _timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many moments are waited for.</summary>
    public int Count => _queue.Count;

    public void Add(DueTimer timer)
    {
        var entry = new Entry(timer, _added++);
        _queue.Add(entry);
        if (timer.ExecutionId is { } execution)
        {
            if (!_byExecution.TryGetValue(execution, out var entries))
            {
                _byExecution.Add(execution, entries = new List<Entry>(1));
            }

            entries.Add(entry);
        }

        if (_queue.Min == entry)
        {
            Arm(timer.At);
        }
    }

    /// <summary>Takes out what is due, never early by the clock.</summary>
    public IReadOnlyList<DueTimer> TakeDue()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var due = new List<DueTimer>();
        while (_queue.Min is { } first && first.Timer.At <= now)
        {
            due.Add(first.Timer);
            Remove(first);
        }

        if (_queue.Min is { } next)
        {
            Arm(next.Timer.At);
        }

        return due;
    }

    /// <summary>Drops the moments of an execution that has ended: nobody waits for them, and some would lie here for years.</summary>
    public void Drop(string executionId)
    {
        if (_byExecution.Remove(executionId, out var entries))
        {
            _queue.ExceptWith(entries);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Remove(Entry entry)
    {
        _queue.Remove(entry);
        if (entry.Timer.ExecutionId is { } execution && _byExecution.TryGetValue(execution, out var entries) && entries.Remove(entry) && entries.Count == 0)
        {
            _byExecution.Remove(execution);
        }
    }

    private void Arm(DateTime at)
    {
        var wait = at - _time.GetUtcNow().UtcDateTime;
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;

        // Timers count whole milliseconds; one that is a little early would find nothing and be armed again at once.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ordered by time, then by arrival.</summary>
    private sealed record Entry(DueTimer Timer, long Number) : IComparable<Entry>
    {
        public int CompareTo(Entry? other) =>
            other is null ? 1 : Timer.At.CompareTo(other.Timer.At) is var byTime and not 0 ? byTime : Number.CompareTo(other.Number);
    }
}
