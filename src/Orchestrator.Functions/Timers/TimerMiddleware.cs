using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Orchestrator.Functions.Timers;

/// <summary>What all timer functions have in common: those that are late are counted, and none runs while storage is away.</summary>
internal sealed class TimerMiddleware(LateTimers late, TimerPauses pauses) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var name = context.FunctionDefinition.Name;
        if (late.AreWatched)
            late.Look(name, (await context.BindInputAsync<TimerInfo>(TimerTriggers.TriggerOf(context)!)).Value);
        await pauses.RunAsync(name, () => next(context));
    }
}
