using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>
/// Puts limiters right. One run: for one limiter after another it tells the limiter which slots nobody uses any more, which rows wait, and how much
/// may be given out now; then it hands over what the limiter gives out. Whatever is lost of it, the next look at the limiters finds again.
/// </summary>
public static class LimiterOrchestrator
{
    /// <summary>Instances there are; limiters share them, so that there are never more, however many limiters there have been.</summary>
    public const int Instances = 64;

    /// <summary>The instance that puts a limiter right.</summary>
    public static string InstanceOf(string limiter) => $"limiter-{SHA256.HashData(Encoding.UTF8.GetBytes(limiter))[0] % Instances}";

    /// <summary>The orchestration.</summary>
    [Function(nameof(LimiterOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        foreach (var repair in context.GetInput<IReadOnlyList<LimiterRepair>>() ?? [])
            await SlotSteps.SettleAsync(context, repair.Limiter, new LimiterSettle(repair.Unused, repair.Rows, HasNewRows: false, repair.Limit));
    }
}

/// <summary>What a limiter is to be told.</summary>
/// <param name="Limiter">The limiter.</param>
/// <param name="Unused">Slots that nobody uses any more; null: none.</param>
/// <param name="Rows">What was read of its queue's rows; null: nothing was.</param>
/// <param name="Limit">How much may be given out now.</param>
public sealed record LimiterRepair(string Limiter, IReadOnlyList<SlotPermit>? Unused, SlotRows? Rows, SlotLimit Limit);
