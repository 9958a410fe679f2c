using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;

namespace Orchestrator.Functions.Timers;

/// <summary>The middleware of timer functions.</summary>
internal static class TimerTriggers
{
    /// <summary>Adds it, for timer functions only.</summary>
    public static IFunctionsWorkerApplicationBuilder UseTimerMiddleware(this IFunctionsWorkerApplicationBuilder builder) =>
        builder.UseWhen<TimerMiddleware>(context => TriggerOf(context) is not null);

    /// <summary>The trigger of a timer function; null for others.</summary>
    public static BindingMetadata? TriggerOf(FunctionContext context) =>
        context.FunctionDefinition.InputBindings.Values.FirstOrDefault(binding => binding.Type.Equals("timerTrigger", StringComparison.OrdinalIgnoreCase));
}
