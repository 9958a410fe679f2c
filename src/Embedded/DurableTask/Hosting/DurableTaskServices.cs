using Azure.Core.Serialization;
using Embedded.DurableTask.Activities;
using Embedded.DurableTask.Client;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Entities;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hostile;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Orchestrations;
using Embedded.DurableTask.Serialization;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.DurableTask.Hosting;

/// <summary>Registers durable functions.</summary>
internal static class DurableTaskServices
{
    // Each purpose draws from a stream of its own, so that what one of them does changes nothing for the others.
    private const int ActivitiesStream = 1;
    private const int EntitiesStream = 2;

    /// <summary>Adds the hub, its client, and what runs the app's durable functions.</summary>
    /// <remarks>Under types that the app cannot name: what it could inject here would be missing on the real platform.</remarks>
    public static IServiceCollection AddEmbeddedDurableTask(this IServiceCollection services)
    {
        services.TryAddSingleton<DurableTaskFunctions>();
        if (services.All(service => service.ServiceType != typeof(DurableTaskOptions)))
        {
            services.AddSingleton(ReadOptions);
            services.AddSingleton(provider => new HostSettingsCheck(() => provider.GetRequiredService<DurableTaskOptions>().ThrowIfFaulty()));
        }

        services.TryAddSingleton(provider => new WorkerDataConverter(
            provider.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer ?? new JsonObjectSerializer(new() { PropertyNameCaseInsensitive = true })));

        services.TryAddSingleton(provider => new OrchestrationRunner(
            new(provider.GetRequiredService<DurableTaskFunctions>().Orchestrators,
                provider.GetRequiredService<WorkerDataConverter>(),
                provider.GetRequiredService<ILoggerFactory>())
            {
                SessionCapacity = provider.GetRequiredService<DurableTaskOptions>().SessionCapacity,
                AbandonedWaitsTakeEvents = provider.GetRequiredService<DurableTaskOptions>().AbandonedWaitsTakeEvents,
            }));
        services.TryAddSingleton(CreateActivities);
        services.TryAddSingleton(CreateEntities);
        services.TryAddSingleton(provider => new HubClient(
            provider.GetRequiredService<DurableTaskOptions>().HubName,
            provider.GetRequiredService<ITaskHubHost>(),
            provider.GetRequiredService<WorkerDataConverter>(),
            TimeOf(provider)));

        services.TryAddSingleton(CreateHub);

        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITriggerExtension, DurableTaskExtension>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IInputBindingExtension, DurableClientBinding>());
        return services;
    }

    private static TimeProvider TimeOf(IServiceProvider provider) => provider.GetService<TimeProvider>() ?? TimeProvider.System;

    private static IActivityRunner CreateActivities(IServiceProvider provider)
    {
        var runner = new ActivityRunner(
            provider.GetRequiredService<DurableTaskFunctions>().Activities,
            provider.GetRequiredService<WorkerDataConverter>(),
            provider.GetRequiredService<ILogger<ActivityRunner>>());
        return ModeOf(provider) is { IsHostile: true, Seed: var seed } ? new TwiceActivityRunner(runner, new Dice(seed + ActivitiesStream).Toss) : runner;
    }

    private static IEntityRunner CreateEntities(IServiceProvider provider)
    {
        var runner = new EntityRunner(
            provider.GetRequiredService<DurableTaskFunctions>().Entities,
            provider.GetRequiredService<WorkerDataConverter>(),
            TimeOf(provider),
            provider.GetRequiredService<ILogger<EntityRunner>>());
        return ModeOf(provider) is { IsHostile: true, Seed: var seed } ? new TwiceEntityRunner(runner, new Dice(seed + EntitiesStream)) : runner;
    }

    private static HostMode ModeOf(IServiceProvider provider) => provider.GetRequiredService<HostMode>();

    private static ITaskHubHost CreateHub(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<DurableTaskOptions>();
        var lifetime = provider.GetRequiredService<IHostApplicationLifetime>();
        var hubOptions = new TaskHubOptions
        {
            Account = FindAccount(provider.GetRequiredService<IConfiguration>(), options.StorageProvider.ConnectionName),
            HubName = options.HubName,
            MaxConcurrentActivities = options.MaxConcurrentActivityFunctions,
            MaxConcurrentOrchestrations = options.MaxConcurrentOrchestratorFunctions,
            MaxConcurrentEntities = options.MaxConcurrentEntityFunctions,
            CheckpointRecords = options.CheckpointRecords,
            TakeOver = options.TakeOver,
            Hazards = ModeOf(provider) is { IsHostile: true, Seed: var seed } ? new SeededHazards(new Dice(seed)) : NoHazards.Instance,
        };
        return new TaskHub(hubOptions, new HubTables(hubOptions), TimeOf(provider), provider.GetRequiredService<ILoggerFactory>(), _ => lifetime.StopApplication());
    }

    /// <summary>
    /// The real platform refuses to start where the connection is not set; here it is that of everything else, so that an app whose <c>host.json</c> names one starts without a setting.
    /// </summary>
    private static StorageAccount? FindAccount(IConfiguration configuration, string connection) =>
        StorageAccount.Find(configuration, connection) ?? StorageAccount.Find(configuration);

    private static DurableTaskOptions ReadOptions(IServiceProvider provider)
    {
        var configuration = provider.GetService<IConfiguration>();
        var options = new DurableTaskOptions { TakeOver = configuration?.GetValue<bool>("Embedded:TakeOver") ?? false };
        try
        {
            provider.GetRequiredService<HostJson>().Extension(DurableTaskOptions.SectionName).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new HostSettingsException($"host.json extensions.{DurableTaskOptions.SectionName} cannot be read: {exception.Message}", exception);
        }

        if (ModeOf(provider).IsHostile)
        {
            options.SessionCapacity = 0;
            options.AbandonedWaitsTakeEvents = true;
        }

        return options;
    }
}
