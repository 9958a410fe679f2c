namespace Embedded.DurableTask.Tests.Simulation.Time;

/// <summary>The one time of a simulated world, and what is to happen in it. It moves only when it is told to.</summary>
internal sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (long Ticks, long Number)> _events = new();
    private long _scheduled;

    /// <summary>What wall clocks show when a world begins.</summary>
    public static DateTimeOffset Beginning { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How long the world exists.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Has something happen later; of what is due at the same time, the one asked for first happens first.</summary>
    public void After(TimeSpan delay, Action happen) => _events.Enqueue(happen, ((Now + delay).Ticks, _scheduled++));

    /// <summary>Does what is due now.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool RunDue()
    {
        var any = false;
        while (_events.TryPeek(out _, out var at) && at.Ticks <= Now.Ticks)
        {
            any = true;
            _events.Dequeue()();
        }

        return any;
    }

    /// <summary>Moves on to the next thing that happens, but not past <paramref name="until"/>.</summary>
    /// <returns>Whether something is due now.</returns>
    public bool MoveOn(TimeSpan until)
    {
        if (_events.TryPeek(out _, out var at) && at.Ticks <= until.Ticks)
        {
            Now = TimeSpan.FromTicks(Math.Max(at.Ticks, Now.Ticks));
            return true;
        }

        Now = until;
        return false;
    }
}
