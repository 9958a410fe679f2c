namespace Embedded.DurableTask.Log;

/// <summary>How long to wait before failing storage is tried again: twice as long each time, up to a limit.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>The pause that follows one.</summary>
    public static TimeSpan After(TimeSpan pause) => pause * 2 < Longest ? pause * 2 : Longest;
}
