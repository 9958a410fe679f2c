using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Agents.Outbound;
using Orchestrator.Configuration;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Bulk;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Health;
using Orchestrator.Functions.Http;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Logging;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Stats;
using Orchestrator.Functions.Submissions;
using Orchestrator.Functions.TaskTypes;
using Orchestrator.Functions.Timers;
using Orchestrator.Functions.Waiting;
using Orchestrator.Retention;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.Startup;

/// <summary>Registers what the functions need beyond agents and storage.</summary>
internal static class OrchestratorFunctionsServices
{
    /// <summary>Adds the services of the function app; harmless when called twice.</summary>
    public static IServiceCollection AddOrchestratorFunctions(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton(HostFile.Find);
        services.TryAddSingleton<HostSettings>();
        services.Replace(ServiceDescriptor.Singleton(provider => provider.GetRequiredService<HostFile>().Limits));

        services.AddOrchestratorLogging();
        services.AddSettings<HttpOptions>(HttpOptions.SectionName);
        services.AddSettings<AttemptOptions>(AttemptOptions.SectionName);
        services.AddSettings<AccessOptions>(AccessOptions.SectionName);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>());
        services.AddSettings<RetentionOptions>(RetentionOptions.SectionName);
        services.AddSettings<DeadLetterOptions>(DeadLetterOptions.SectionName);
        services.AddSettings<TaskTypesOptions>(TaskTypesOptions.SectionName);

        AddAccess(services);
        services.TryAddSingleton<ITaskTypeFiles, TaskTypeFiles>();
        services.TryAddSingleton<OutputCheck>();
        services.TryAddSingleton<TaskSubmissionReader>();
        services.TryAddSingleton<SubmissionIntake>();
        services.TryAddSingleton<TaskSubmitter>();
        services.TryAddSingleton<TaskStarter>();
        services.TryAddSingleton<BatchIntake>();
        services.TryAddSingleton<StartQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<StartQueue>());
        services.TryAddSingleton<TaskWaiter>();
        services.TryAddSingleton<OrchestrationStarter>();
        services.TryAddSingleton<AttemptInvoker>();
        services.TryAddSingleton<AttemptWaits>();
        services.TryAddSingleton<AttemptSlots>();
        services.TryAddSingleton<SlotHandOver>();
        services.TryAddSingleton<LimiterKeeper>();
        services.TryAddSingleton<LimiterOverview>();
        services.TryAddSingleton<AttemptRunner>();
        services.TryAddSingleton<OrchestratorMetrics>();
        services.TryAddSingleton<LateTimers>();
        services.TryAddSingleton<TimerPauses>();
        services.TryAddSingleton<TaskMetrics>();
        services.TryAddSingleton<ITaskObserver>(provider => provider.GetRequiredService<TaskMetrics>());
        services.TryAddSingleton<DeadLetterBin>();
        services.TryAddSingleton<MessageMask>();
        services.TryAddSingleton<DeadLetterRedriver>();
        services.TryAddSingleton<StatsReader>();
        services.TryAddSingleton<Readiness>();
        services.TryAddSingleton<TaskCallbacks>();
        services.TryAddSingleton<FollowUpRunner>();
        services.TryAddSingleton<TaskPurger>();
        services.TryAddSingleton<RetentionRunner>();
        AddBulk(services);
        services.TryAddSingleton<DurableClientSlot>();
        services.TryAddSingleton(provider => TaskHubName.Find(provider.GetRequiredService<HostFile>(), provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton<TaskHubChange>();
        services.TryAddSingleton<TaskTakeOver>();
        services.TryAddSingleton<TaskRecovery>();
        services.TryAddSingleton<OrphanOrchestrations>();

        // Named anew for each container of services: what one of them holds or has counted says nothing of another.
        services.TryAddSingleton(_ => new AttemptHolders(ProcessIdentity.Current, Guid.NewGuid().ToString("N")[..8]));
        services.TryAddSingleton(_ => new AgentCounters(Guid.NewGuid().ToString("N")));
        services.AddHostedService<AccessAtStart>();
        services.AddHostedService<AgentReporter>();
        services.AddHostedService<SettingsAtStart>();
        services.AddHostedService<TaskHubAtStart>();
        services.AddHostedService<AgentsAtStart>();
        services.AddHostedService<TaskTypesAtStart>();
        return services;
    }

    private static void AddAccess(IServiceCollection services)
    {
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.TryAddSingleton<AppAddress>();
        services.TryAddSingleton<LocalCallers>();
        services.TryAddSingleton<ConfiguredKeys>();
        services.TryAddSingleton<ApiKeyCache>();
        services.TryAddSingleton<EntraTokens>();
        services.TryAddSingleton<CallerIdentifier>();
        services.TryAddSingleton<WaysIn>();
        services.TryAddSingleton<AccessPolicy>();
        services.AddSettings<RateLimitOptions>(RateLimitOptions.SectionName);
        services.TryAddSingleton<ClientNetworks>();
        services.TryAddSingleton<RateLimits>();
        services.TryAddSingleton<OpenWaits>();
        services.TryAddSingleton<RefusalLog>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboundOptions>, LoopbackCallsValidator>());
        services.TryAddSingleton<IApiKeys, ApiKeys>();

        services.AddSettings<AuditOptions>(AuditOptions.SectionName);
        services.TryAddSingleton<AuditRecorder>();
        services.TryAddSingleton<IAuditRetention, AuditRetention>();
    }

    /// <summary>An agent that works on tasks themselves: it needs what the functions do.</summary>
    private static void AddBulk(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(BulkSteps)))
            return;

        services.AddSingleton<BulkSteps>().AddSingleton<BulkAudit>().AddAgent<BulkAgent>(BulkAgent.TaskType, agent => agent
            .Described("Cancels, reruns or purges many tasks.")
            .WithInputCheck(BulkRequest.FindFaults)
            .WithRetry(new RetryPolicy { MaxAttempts = 10 })
            .WithTimeLimit(TimeSpan.FromMinutes(5)));
    }
}
