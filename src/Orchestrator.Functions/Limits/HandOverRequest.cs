using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>Asks that a limiter's answer be carried out.</summary>
/// <param name="Limiter">The limiter.</param>
/// <param name="Answer">Its answer.</param>
public sealed record HandOverRequest(string Limiter, LimiterAnswer Answer);

/// <summary>What the limiter is to be told; nothing when there is nothing in it.</summary>
/// <param name="Refused">Permits that are good for nothing; null: none.</param>
/// <param name="Rows">What was read of the queue's rows; null: nothing was.</param>
/// <param name="HasNewRows">Whether rows were written for those displaced.</param>
public sealed record HandOverResult(IReadOnlyList<SlotPermit>? Refused, SlotRows? Rows = null, bool HasNewRows = false)
{
    /// <summary>Whether the limiter is to be told anything.</summary>
    public bool IsNews() => Refused is { Count: > 0 } || Rows is not null || HasNewRows;
}
