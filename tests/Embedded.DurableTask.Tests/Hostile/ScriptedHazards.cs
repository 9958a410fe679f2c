using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Tests.Hostile;

/// <summary>Hazards as a test wants them; kind unless told otherwise.</summary>
internal sealed class ScriptedHazards : IHazards
{
    /// <summary>The delays of the next starts, in turn; none for those behind.</summary>
    public Queue<TimeSpan> StartDelays { get; } = new();

    /// <summary>The delays of the next events, in turn; none for those behind.</summary>
    public Queue<TimeSpan> EventDelays { get; } = new();

    public Func<TimeSpan, TimeSpan> Lead { get; set; } = _ => TimeSpan.Zero;

    public int? Limit { get; set; }

    public TimeSpan StartDelay() => StartDelays.TryDequeue(out var delay) ? delay : TimeSpan.Zero;

    public TimeSpan EventDelay() => EventDelays.TryDequeue(out var delay) ? delay : TimeSpan.Zero;

    public TimeSpan TimerLead(TimeSpan wait) => Lead(wait);

    public int BatchLimit(int most) => Limit ?? most;
}
