using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Orchestrator.Functions.Metrics;

namespace Orchestrator.Functions.Timers;

/// <summary>What all timer functions have in common: those that are late are counted, and none runs while storage is away.</summary>
internal sealed class TimerMiddleware(OrchestratorMetrics metrics, TimerPauses pauses) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var name = context.FunctionDefinition.Name;
        if (metrics.AreTimersWatched && (await context.BindInputAsync<TimerInfo>(TimerTriggers.TriggerOf(context)!)).Value is { IsPastDue: true })
            metrics.TimerLate(name);
        await pauses.RunAsync(name, () => next(context));
    }
}
