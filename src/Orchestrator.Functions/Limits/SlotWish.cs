using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>A slot that an orchestration is to ask for.</summary>
/// <param name="Limiter">The limiter to ask.</param>
/// <param name="Ticket">The lease epoch that the attempt is to begin with.</param>
/// <param name="Rank">Its place among those who wait.</param>
/// <param name="Limit">How many the limiter may give out.</param>
public sealed record SlotWish(string Limiter, long Ticket, long Rank, SlotLimit Limit);

/// <summary>Slots that an orchestration is to give back.</summary>
/// <param name="Limiters">The limiters.</param>
/// <param name="Ticket">The last lease epoch that they are not needed for any more.</param>
public sealed record SlotReturn(IReadOnlyList<string> Limiters, long Ticket);
