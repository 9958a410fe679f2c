namespace Orchestrator.TestKit.Time;

/// <summary>
/// A clock that stands still until a test moves it. Timers fire inside <see cref="Advance"/>, on its thread, in the order
/// of their due times (of creation where those are equal), and each sees its own due time as now. Safe for concurrent use.
/// </summary>
/// <param name="start">The time it begins at.</param>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(int AtLeast, TaskCompletionSource Reached)> _awaiters = [];
    private DateTimeOffset _now = start;
    private TimeSpan _elapsed;
    private long _created;

    /// <summary>Begins at 2026-01-01T00:00:00Z.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>How many timers are armed: delays and time-outs that somebody waits for.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
                return _armed.Count;
        }
    }

    /// <summary>How long until the next timer is due; null when none is armed.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_lock)
                return Next() is { } next ? next.Due - _elapsed : null;
        }
    }

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        lock (_lock)
            return _elapsed.Ticks;
    }

    /// <summary>Moves wall clock and monotonic clock on, firing what falls due, timers armed on the way included.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_lock)
            end = _elapsed + by;
        while (TakeDue(end) is { } due)
            due.Fire();
    }

    /// <summary>Moves the wall clock alone, either way, as an adjusted system clock does: no timer fires.</summary>
    public void ShiftWallClock(TimeSpan by)
    {
        lock (_lock)
            _now += by;
    }

    /// <summary>
    /// Completes when at least <paramref name="count"/> timers are armed: the code under test has come to its delay, and the
    /// clock may be moved.
    /// </summary>
    public Task WhenArmedAsync(int count)
    {
        lock (_lock)
        {
            if (_armed.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaiters.Add((count, reached));
            return reached.Task;
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state, Interlocked.Increment(ref _created));
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Arm(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan)
                return;
            timer.Due = _elapsed + dueTime;
            timer.Period = period;
            _armed.Add(timer);
            for (var i = _awaiters.Count - 1; i >= 0; i--)
            {
                if (_armed.Count < _awaiters[i].AtLeast)
                    continue;
                _awaiters[i].Reached.SetResult();
                _awaiters.RemoveAt(i);
            }
        }

        // Due at once, as with the system's timers: it need not wait for the clock to move.
        if (dueTime == TimeSpan.Zero)
            ThreadPool.QueueUserWorkItem(static provider => provider.Advance(TimeSpan.Zero), this, preferLocal: false);
    }

    internal void Disarm(ManualTimer timer)
    {
        lock (_lock)
            _armed.Remove(timer);
    }

    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_lock)
        {
            if (Next() is not { } next || next.Due > end)
            {
                MoveTo(end);
                return null;
            }

            MoveTo(next.Due);
            _armed.Remove(next);
            if (next.Period > TimeSpan.Zero)
            {
                next.Due += next.Period;
                _armed.Add(next);
            }

            return next;
        }
    }

    private void MoveTo(TimeSpan elapsed)
    {
        // Another thread may have moved further meanwhile; time does not go back.
        if (elapsed <= _elapsed)
            return;
        _now += elapsed - _elapsed;
        _elapsed = elapsed;
    }

    private ManualTimer? Next() => _armed.MinBy(timer => (timer.Due, timer.Sequence));
}
