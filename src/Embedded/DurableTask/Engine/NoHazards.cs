namespace Embedded.DurableTask.Engine;

/// <summary>The kind platform.</summary>
internal sealed class NoHazards : IHazards
{
    public static NoHazards Instance { get; } = new();

    public TimeSpan StartDelay() => TimeSpan.Zero;

    public TimeSpan EventDelay() => TimeSpan.Zero;

    public TimeSpan TimerLead(TimeSpan wait) => TimeSpan.Zero;

    public int BatchLimit(int most) => most;
}
