namespace Orchestrator.TestKit.Time;

/// <summary>A timer of <see cref="ManualTimeProvider"/>, which alone reads and writes its due time.</summary>
internal sealed class ManualTimer(ManualTimeProvider provider, TimerCallback callback, object? state, long sequence) : ITimer
{
    private volatile bool _disposed;

    public long Sequence { get; } = sequence;

    public TimeSpan Due { get; set; }

    public TimeSpan Period { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;
        provider.Arm(this, dueTime, period);
        return true;
    }

    public void Fire() => callback(state);

    public void Dispose()
    {
        _disposed = true;
        provider.Disarm(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
