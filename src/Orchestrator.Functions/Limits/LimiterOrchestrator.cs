using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>
/// Puts a limiter right. One run: it tells the limiter which slots nobody uses any more, which rows wait, and how much may be given out now; then it
/// hands over what the limiter gives out. Whatever is lost of it, the next look at the limiter finds again.
/// </summary>
public static class LimiterOrchestrator
{
    /// <summary>The one instance of a limiter.</summary>
    public static string InstanceOf(string limiter) => "limiter-" + limiter;

    /// <summary>The orchestration.</summary>
    [Function(nameof(LimiterOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (context.GetInput<LimiterRepair>() is { } repair)
            await SlotSteps.SettleAsync(context, repair.Limiter, new LimiterSettle(repair.Unused, repair.Rows, repair.IsEnd, repair.Limit));
    }
}

/// <summary>What a limiter is to be told.</summary>
/// <param name="Limiter">The limiter.</param>
/// <param name="Unused">Slots that nobody uses any more; null: none.</param>
/// <param name="Rows">The first rows of its queue; null: they were not read.</param>
/// <param name="IsEnd">Whether these are all.</param>
/// <param name="Limit">How much may be given out now.</param>
public sealed record LimiterRepair(string Limiter, IReadOnlyList<SlotPermit>? Unused, IReadOnlyList<SlotWaiter>? Rows, bool IsEnd, SlotLimit Limit);
