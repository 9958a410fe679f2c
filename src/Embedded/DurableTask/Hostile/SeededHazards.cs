using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hostile;

/// <summary>What the real platform does now and then, at random and often, but shortly enough for tests.</summary>
internal sealed class SeededHazards(Dice dice) : IHazards
{
    /// <summary>The most that a start or an event is late; events that come faster than that change their order.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(60);

    /// <summary>The real platform fires up to a second early; a timer of one second was seen to fire after 20 ms.</summary>
    public static readonly TimeSpan LongestLead = TimeSpan.FromMilliseconds(980);

    /// <summary>Whoever sets his timer again must come to an end: what is as near as this fires in time.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromMilliseconds(20);

    public TimeSpan StartDelay() => SomeDelay();

    public TimeSpan EventDelay() => SomeDelay();

    public TimeSpan TimerLead(TimeSpan wait) => wait <= Near || dice.Toss() ? TimeSpan.Zero : dice.UpTo(wait < LongestLead ? wait : LongestLead);

    public int BatchLimit(int most) => dice.Portion(most);

    private TimeSpan SomeDelay() => dice.IsOneIn(4) ? TimeSpan.Zero : dice.UpTo(LongestDelay);
}
