using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Limits;

namespace Orchestrator.Functions.Limits;

/// <summary>What orchestrations do with limiters. A limiter that cannot be asked is a fault of the platform: it is asked again, or put right by the sweep.</summary>
internal static class SlotSteps
{
    /// <summary>Most rounds of one hand-over; what is left is the sweep's.</summary>
    private const int Rounds = 20;

    /// <summary>Asks for a slot, and hands over to others what the limiter gives out on the way. Null: the limiter could not be asked.</summary>
    /// <param name="isRepeated">Whether it was asked for before with the limit: what was known then may be out of date.</param>
    public static async Task<SlotOutcome?> AskAsync(TaskOrchestrationContext context, SlotWish wish, bool isRepeated = false)
    {
        var waiter = new SlotWaiter(context.InstanceId, wish.Ticket, wish.Rank);
        var ask = new LimiterAsk(waiter, isRepeated ? null : wish.Limit);
        if (await TryCallAsync(context, wish.Limiter, nameof(LimiterEntity.Ask), ask) is not { } answer)
            return null;
        if (answer.Outcome == SlotOutcome.Full)
        {
            // First the row, then the limiter is told of it: it would take a queue that it finds empty for empty.
            if (!await TryQueueAsync(context, new SlotQueueRequest(wish.Limiter, waiter)))
                return null;
            await HandOverAsync(context, wish.Limiter, answer);
            if (await TryCallAsync(context, wish.Limiter, nameof(LimiterEntity.Ask), ask with { Waiter = waiter with { HasRow = true } }) is not { } second)
                return null;
            answer = second;
        }

        await HandOverAsync(context, wish.Limiter, answer);
        return answer.Outcome;
    }

    /// <summary>Gives slots back and hands them over to the next.</summary>
    public static async Task ReturnAsync(TaskOrchestrationContext context, SlotReturn slots)
    {
        foreach (var limiter in slots.Limiters)
        {
            if (await TryCallAsync(context, limiter, nameof(LimiterEntity.Free), new LimiterFree(context.InstanceId, slots.Ticket)) is { } answer)
                await HandOverAsync(context, limiter, answer);
        }
    }

    /// <summary>Tells a limiter what became of its answers, and hands over what it then gives out.</summary>
    public static async Task SettleAsync(TaskOrchestrationContext context, string limiter, LimiterSettle settle)
    {
        if (await TryCallAsync(context, limiter, nameof(LimiterEntity.Settle), settle) is { } answer)
            await HandOverAsync(context, limiter, answer);
    }

    private static async Task HandOverAsync(TaskOrchestrationContext context, string limiter, LimiterAnswer? answer)
    {
        for (var round = 0; round < Rounds && answer?.IsToBeHandedOver() == true; round++)
        {
            HandOverResult result;
            try
            {
                result = await context.CallActivityAsync<HandOverResult>(nameof(HandOverActivity), new HandOverRequest(limiter, answer), ActivityRetries.Options);
            }
            catch (TaskFailedException)
            {
                // Storage is away. Those displaced are known to nobody else.
                await context.CreateTimer(context.CurrentUtcDateTime + TaskOrchestrator.FaultDelay, CancellationToken.None);
                continue;
            }

            if (!result.IsNews())
                return;
            answer = await TryCallAsync(context, limiter, nameof(LimiterEntity.Settle), new LimiterSettle(result.Refused, result.Rows, result.HasNewRows));
        }
    }

    private static async Task<bool> TryQueueAsync(TaskOrchestrationContext context, SlotQueueRequest request)
    {
        try
        {
            await context.CallActivityAsync(nameof(SlotQueueActivity), request, ActivityRetries.Options);
            return true;
        }
        catch (TaskFailedException)
        {
            return false;
        }
    }

    private static async Task<LimiterAnswer?> TryCallAsync(TaskOrchestrationContext context, string limiter, string operation, object input)
    {
        try
        {
            return await context.Entities.CallEntityAsync<LimiterAnswer>(LimiterEntity.IdOf(limiter), operation, input);
        }
        catch (EntityOperationFailedException)
        {
            return null;
        }
    }
}
