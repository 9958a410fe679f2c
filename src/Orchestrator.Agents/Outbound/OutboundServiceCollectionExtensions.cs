using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Configuration;

namespace Orchestrator.Agents.Outbound;

/// <summary>Registers the way out.</summary>
public static class OutboundServiceCollectionExtensions
{
    /// <summary>Adds <see cref="OutboundHttp"/> with its settings. Whoever calls other hosts takes it and nothing else.</summary>
    public static IServiceCollection AddOutboundHttp(this IServiceCollection services)
    {
        services.AddSettings<OutboundOptions>(OutboundOptions.SectionName);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboundOptions>, OutboundOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IHostResolver, SystemHostResolver>();
        services.TryAddSingleton<IDialer, SocketDialer>();
        services.TryAddSingleton<GuardedConnector>();
        services.TryAddSingleton<OutboundRules>();
        services.TryAddSingleton(provider => new OutboundHttp(
            provider.GetRequiredService<OutboundRules>(),
            provider.GetRequiredService<GuardedConnector>(),
            provider.GetRequiredService<IOptions<OutboundOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
