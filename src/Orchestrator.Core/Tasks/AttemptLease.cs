namespace Orchestrator.Tasks;

/// <summary>The right to work on an attempt. Whatever is written for an attempt names it; a stale one is refused.</summary>
/// <param name="Number">Which try of the task it is, from 1.</param>
/// <param name="Epoch">Raised by every claim of the task, so that at most one lease is current.</param>
/// <param name="Holder">Who works on it: names the process.</param>
/// <param name="Duration">How long after the task row was last written others must leave the attempt alone.</param>
public sealed record AttemptLease(int Number, long Epoch, string Holder, TimeSpan Duration);
