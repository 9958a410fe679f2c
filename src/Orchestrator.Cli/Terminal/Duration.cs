namespace Orchestrator.Cli.Terminal;

/// <summary>How long something took, for people.</summary>
internal static class Duration
{
    /// <summary>As in <c>0.12 s</c>, <c>75.3 s</c>, <c>12 min</c>.</summary>
    public static string Text(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 10 => $"{duration.TotalSeconds:F2} s",
        < 120 => $"{duration.TotalSeconds:F1} s",
        _ => $"{duration.TotalMinutes:F0} min",
    };
}
