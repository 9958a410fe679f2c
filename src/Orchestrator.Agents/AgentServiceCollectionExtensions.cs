using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.Agents.Code;
using Orchestrator.Agents.Secrets;
using Orchestrator.Configuration;
using Orchestrator.Schemas;

namespace Orchestrator.Agents;

/// <summary>Registers agents and what runs them.</summary>
public static class AgentServiceCollectionExtensions
{
    /// <summary>
    /// Adds the catalog of agents and the invoker of code agents. Registrations that do not fit together stop the program
    /// when the catalog is first asked for.
    /// </summary>
    public static IServiceCollection AddOrchestratorAgents(this IServiceCollection services)
    {
        services.AddSettings<AgentsOptions>(AgentsOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(HostLimits.Default);
        services.AddSecrets();
        services.TryAddSingleton(provider => new AgentCatalog(
            provider.GetServices<AgentRegistration>(), provider.GetRequiredService<HostLimits>().FunctionTimeout));
        services.TryAddSingleton<JsonSchemas>();
        services.TryAddSingleton<CodeAgentInvoker>();
        return services;
    }

    /// <summary>
    /// Registers a class as the agent for tasks of a type. It is made anew for each attempt, in a service scope of its own.
    /// </summary>
    /// <example>
    /// <code>
    /// services.AddAgent&lt;InvoiceAgent&gt;("invoice.check", agent => agent
    ///     .Described("Checks an invoice against its order.")
    ///     .WithInput&lt;InvoiceInput&gt;()
    ///     .WithTimeLimit(TimeSpan.FromSeconds(30)));
    /// </code>
    /// </example>
    /// <param name="taskType">1–200 characters of a–z, 0–9, '.', '-' and '_', beginning with a letter or digit.</param>
    /// <param name="configure">Says more about the agent and its task types.</param>
    public static IServiceCollection AddAgent<TAgent>(this IServiceCollection services, string taskType, Action<AgentBuilder>? configure = null)
        where TAgent : class, IAgent
    {
        var builder = new AgentBuilder(typeof(TAgent), taskType);
        configure?.Invoke(builder);
        services.TryAddScoped<TAgent>();
        services.AddSingleton(builder.Build());
        return services.AddOrchestratorAgents();
    }
}
