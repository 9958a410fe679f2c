using Microsoft.Azure.Functions.Worker;

namespace Embedded.DurableTask.SampleApp.Activities;

/// <summary>What a step of an orchestration is to do.</summary>
/// <param name="Key">The idempotency key of its effect.</param>
/// <param name="Amount">What it gives back.</param>
/// <param name="Lasting">How long it takes.</param>
public sealed record StepWork(string Key, int Amount, TimeSpan Lasting);

public sealed class StepActivities(EffectFolder effects, TimeProvider time)
{
    /// <summary>Makes the effect and gives the amount.</summary>
    [Function(nameof(DoStep))]
    public async Task<int> DoStep([ActivityTrigger] StepWork work)
    {
        effects.Make(work.Key);
        if (work.Lasting > TimeSpan.Zero)
            await Task.Delay(work.Lasting, time);
        return work.Amount;
    }

    /// <summary>Does not end by itself when it is asked for the first time, and at once when asked again.</summary>
    /// <returns>How often it was asked.</returns>
    [Function(nameof(Linger))]
    public async Task<int> Linger([ActivityTrigger] string key, FunctionContext context)
    {
        var times = effects.Make(key);
        if (times == 1)
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.CancellationToken);
        return times;
    }

    [Function(nameof(Refuse))]
    public static int Refuse([ActivityTrigger] string reason) => throw new InvalidOperationException(reason);
}
