namespace Orchestrator.Tasks;

/// <summary>The right to work on an attempt. Whatever is written for an attempt names it; a stale one is refused.</summary>
/// <param name="Number">Which try of the task it is, from 1.</param>
/// <param name="Epoch">Raised by every claim of the task, so that at most one lease is current.</param>
/// <param name="Holder">Who works on it: names the process.</param>
/// <param name="Duration">How long after the task row was last written others must leave the attempt alone.</param>
public sealed record AttemptLease(int Number, long Epoch, string Holder, TimeSpan Duration)
{
    /// <summary>When the attempt has failed if it is not over, UTC; null for one that was claimed before there were deadlines.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Whether somebody outside is to complete it: then it belongs to no process, is never taken over, and lives until its deadline or until
    /// its heartbeats stop.
    /// </summary>
    public bool IsPending { get; init; }
}
