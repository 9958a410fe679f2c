using Embedded.Functions.Extensibility;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Embedded.Functions.Timers;

internal static class TimerServices
{
    public static void AddTimerFunctions(this IServiceCollection services)
    {
        services.TryAddSingleton<ITimerStatusStore, TableTimerStatusStore>();
        services.AddSingleton<ITriggerExtension, TimerTriggers>();
    }
}
