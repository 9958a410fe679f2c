using Embedded.Functions.Extensibility;
using Embedded.Functions.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Queues;

internal static class QueueServices
{
    public static void AddQueueFunctions(this IServiceCollection services)
    {
        services.AddSingleton(provider => QueueSettings.Read(provider.GetRequiredService<HostJson>()));
        services.AddSingleton(provider => new HostSettingsCheck(() => provider.GetRequiredService<QueueSettings>()));
        services.AddSingleton<QueueClients>();
        services.AddSingleton<QueueSignals>();
        services.AddSingleton<QueueListenerFactory>();
        services.AddSingleton<ITriggerExtension, QueueTriggers>();
        services.AddSingleton<IOutputBinding, QueueOutputs>();
    }
}
