using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Metrics;

namespace Orchestrator.Functions.Timers;

/// <summary>
/// Counts the runs of timer functions that begin long after their time. The host's own mark (<see cref="TimerInfo.IsPastDue"/>) does not tell: where the instance
/// of a seldom timer is started only when it is due, every run has it, for some seconds; and a run that waited for the one before, or for a host that was frozen, has not.
/// </summary>
internal sealed class LateTimers(OrchestratorMetrics metrics, TimeProvider time)
{
    /// <summary>From how much on a run is late.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether anybody wants to know.</summary>
    public bool AreWatched => metrics.AreTimersWatched;

    /// <summary>Counts a run that begins now, if it is late.</summary>
    /// <param name="run">What the host says of it; one that it keeps no account of is never late.</param>
    public void Look(string timer, TimerInfo? run)
    {
        // Until the run is over the status is that of the one before, and its next time is the time of this run. It comes with an offset, or as local time;
        // that there is none is told by the first of all times, in some zone.
        if (run?.ScheduleStatus is { Next: { Year: > 1 } due } && time.GetUtcNow().UtcDateTime - due.ToUniversalTime() >= Tolerance)
            metrics.TimerLate(timer);
    }
}
