using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Time;

/// <summary>
/// A process's clock: its wall clock may be wrong, its timers call back in the process's own context, never from within the call
/// that arms them. A frozen process gets what fell due when it wakes.
/// </summary>
internal sealed class ProcessClock(VirtualClock world, ProcessContext context, TimeSpan skew) : TimeProvider
{
    private TimeSpan _skew = skew;
    private DateTime _latest;

    /// <summary>The latest time that its wall clock has ever shown.</summary>
    public DateTime Latest => Later(_latest, GetUtcNow().UtcDateTime);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => VirtualClock.Beginning + world.Now + _skew;

    /// <summary>Sets the wall clock; timers do not notice.</summary>
    public void Shift(TimeSpan by)
    {
        _latest = Latest;
        _skew += by;
    }

    public override long GetTimestamp() => world.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ProcessTimer(world, context, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private sealed class ProcessTimer(VirtualClock world, ProcessContext context, Action callback) : ITimer
    {
        private TimeSpan _period;
        private int _armed;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var armed = ++_armed;
            _period = period;
            if (!_disposed && dueTime != Timeout.InfiniteTimeSpan)
            {
                Arm(dueTime, armed);
            }

            return !_disposed;
        }

        public void Dispose()
        {
            _disposed = true;
            _armed++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan dueTime, int armed) => world.After(dueTime, () =>
        {
            if (armed == _armed)
            {
                context.Post(_ => Fire(armed), null);
            }
        });

        private void Fire(int armed)
        {
            if (armed != _armed)
            {
                return;
            }

            if (_period > TimeSpan.Zero)
            {
                Arm(_period, armed);
            }

            callback();
        }
    }
}
