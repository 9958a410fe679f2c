using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>Asks that a limiter's answer be carried out.</summary>
/// <param name="Limiter">The limiter.</param>
/// <param name="Granted">Those whose turn it is; null: none.</param>
/// <param name="Displaced">Those that must stand in the queue's rows; null: none.</param>
/// <param name="IsRefillWanted">Whether the next rows are to be read.</param>
public sealed record HandOverRequest(string Limiter, IReadOnlyList<SlotGrant>? Granted, IReadOnlyList<SlotWaiter>? Displaced, bool IsRefillWanted);

/// <summary>What the limiter is to be told; nothing when there is nothing in it.</summary>
/// <param name="Refused">Permits that are good for nothing; null: none.</param>
/// <param name="Rows">The first rows of the queue; null: they were not read.</param>
/// <param name="IsEnd">Whether these are all.</param>
public sealed record HandOverResult(IReadOnlyList<SlotPermit>? Refused, IReadOnlyList<SlotWaiter>? Rows, bool IsEnd)
{
    /// <summary>Whether the limiter is to be told anything.</summary>
    public bool IsNews() => Refused is { Count: > 0 } || Rows is not null;
}
