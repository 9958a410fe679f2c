using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Agents.Outbound;
using Orchestrator.Agents.Secrets;
using Orchestrator.Configuration;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Callbacks;

/// <summary>Registers what tells callers of the end of their tasks.</summary>
public static class CallbackServiceCollectionExtensions
{
    /// <summary>Adds <see cref="CallbackSender"/> with its settings, as the <see cref="ICallbackSender"/> of the program.</summary>
    public static IServiceCollection AddCallbacks(this IServiceCollection services)
    {
        services.AddOutboundHttp().AddSecrets();
        services.AddSettings<CallbackOptions>(CallbackOptions.SectionName);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CallbackOptions>, CallbackOptionsValidator>());
        services.TryAddSingleton<CallbackSender>();
        services.TryAddSingleton<ICallbackSender>(provider => provider.GetRequiredService<CallbackSender>());
        return services;
    }
}
