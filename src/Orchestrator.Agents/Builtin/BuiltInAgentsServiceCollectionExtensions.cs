using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents.Http;
using Orchestrator.Agents.Outbound;

namespace Orchestrator.Agents.Builtin;

/// <summary>Registers the agents that every program has.</summary>
public static class BuiltInAgentsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <c>http</c>, which calls an address that <see cref="OutboundOptions"/> allow, <c>wait</c>, <c>external</c>, which leaves the work to
    /// somebody outside, and <c>noop</c>, which hands its input back.
    /// </summary>
    public static IServiceCollection AddBuiltInAgents(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(HttpCallAgent)))
            return services;

        return services
            .AddOutboundHttp()
            .AddAgent<HttpCallAgent>(HttpCallAgent.TaskType, agent => agent
                .Described("Calls an address over HTTP, once or until its answer is as awaited.")
                .WithInputCheck(HttpCallReader.FindFaults))
            .AddAgent<WaitAgent>(WaitAgent.TaskType, agent => agent
                .Described("Waits for a while, or until a time.")
                .WithInputCheck(WaitAgent.FindFaults)
                .WithTimeLimit(TimeSpan.FromMinutes(1)))
            .AddAgent<ExternalAgent>(ExternalAgent.TaskType, agent => agent
                .Described("Leaves the work to somebody outside, who completes the attempt with its token.")
                .LeavingWorkOutside()
                .WithTimeLimit(TimeSpan.FromDays(1)))
            .AddAgent<NoopAgent>(NoopAgent.TaskType, agent => agent
                .Described("Does nothing: its output is its input.")
                .WithTimeLimit(TimeSpan.FromMinutes(1)));
    }
}
