using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Availability;
using Orchestrator.Configuration;
using Orchestrator.History;
using Orchestrator.Limits;
using Orchestrator.Recovery;
using Orchestrator.Retention;
using Orchestrator.Stats;
using Orchestrator.Storage.Access;
using Orchestrator.Storage.Attempts;
using Orchestrator.Storage.Audit;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.DeadLetters;
using Orchestrator.Storage.Dependencies;
using Orchestrator.Storage.Limits;
using Orchestrator.Storage.Listing;
using Orchestrator.Storage.Outages;
using Orchestrator.Storage.Recovery;
using Orchestrator.Storage.Retention;
using Orchestrator.Storage.Schema;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Tasks;
using Orchestrator.Storage.TaskTypes;
using Orchestrator.Storage.Verification;
using Orchestrator.Storage.Wakes;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;
using Orchestrator.Verification;

namespace Orchestrator.Storage;

/// <summary>Adds the stores to a program.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ITaskStore"/> and its siblings, <see cref="IDeadLetterStore"/>, <see cref="ITaskTypeStore"/>, <see cref="TaskTypeRegistry"/>,
    /// <see cref="TaskLifecycle"/>, <see cref="StorageCheck"/> and <see cref="StorageMetrics"/> on Table Storage. Options come from <see cref="StorageOptions.SectionName"/>, the
    /// account also from AzureWebJobsStorage; both are checked, and the storage itself, before the program starts.
    /// </summary>
    public static IServiceCollection AddOrchestratorStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StorageOptions>(StorageOptions.SectionName).PostConfigure(options => TakeHostAccount(options, configuration));
        services.TryAddSingleton(configuration);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>>(new StorageOptionsValidator(configuration)));
        services.TryAddSingleton(_ => HostAccount.Credential(configuration));

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.TryAddSingleton<StorageMetrics>();
        services.TryAddSingleton<TableAccount>();
        services.TryAddSingleton<RetryBudget>();
        services.TryAddSingleton(provider => new StorageBreaker(
            provider.GetRequiredService<TableAccount>().Endpoint,
            provider.GetRequiredService<TableAccount>().ProbeAsync,
            provider.GetRequiredService<IRandomSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StorageBreaker>>()));
        services.TryAddSingleton<IStorageAvailability>(provider => provider.GetRequiredService<StorageBreaker>());
        services.TryAddSingleton<TableClients>();
        services.TryAddSingleton<TableReader>();
        services.TryAddSingleton<DayTables>();
        services.TryAddSingleton<SegmentDirectory>();
        services.TryAddSingleton<SegmentRegister>();
        services.TryAddSingleton<ITaskHubRecord, TaskHubRecord>();
        services.TryAddSingleton<StoreSecret>();
        services.TryAddSingleton<ILogLevelStore, TableLogLevelStore>();
        services.TryAddSingleton<ContinuationTokens>();
        services.TryAddSingleton<ITransactionSender, TableTransactionSender>();
        services.TryAddSingleton<BatchingWriter>();
        services.TryAddSingleton<IdempotencyTable>();
        services.TryAddSingleton<TaskLister>();
        services.TryAddSingleton<UnstartedTasks>();
        services.TryAddSingleton<TaskCounter>();
        services.TryAddSingleton<ITaskStatistics>(provider => provider.GetRequiredService<TaskCounter>());
        services.TryAddSingleton<TaskDeleter>();
        services.TryAddSingleton<TaskTraces>();
        services.TryAddSingleton<RetentionMemory>();
        services.TryAddSingleton<SegmentLooks>();
        services.TryAddSingleton<DayDropper>();
        services.TryAddSingleton<IRetentionStore, TableRetentionStore>();
        services.TryAddSingleton(provider => new TaskIdSource(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IRandomSource>(),
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.Lanes,
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.TasksPerSegment));
        services.TryAddSingleton<ITaskStore, TableTaskStore>();
        services.TryAddSingleton<IApiKeyStore, TableApiKeyStore>();
        services.TryAddSingleton<IAuditStore, TableAuditStore>();
        services.TryAddSingleton<OldDeadLetters>();
        services.TryAddSingleton<IDeadLetterStore, TableDeadLetterStore>();
        services.TryAddSingleton<ITaskEdges, TableTaskEdges>();
        services.TryAddSingleton<ITaskWakes, TableTaskWakes>();
        services.TryAddSingleton<ISlotQueues, TableSlotQueues>();
        services.TryAddSingleton<IAttemptStore, TableAttemptStore>();
        services.TryAddSingleton<IAttemptTokens, AttemptTokens>();
        services.TryAddSingleton<TaskSignals>();
        services.TryAddSingleton<RowRepairs>();
        services.TryAddSingleton<TaskRowsReader>();
        services.TryAddSingleton<TaskRowsCheck>();
        services.TryAddSingleton<RelationsCheck>();
        services.TryAddSingleton<SegmentsCheck>();
        services.TryAddSingleton<SideRowsCheck>();
        services.TryAddSingleton<PartitionCheck>();
        services.TryAddSingleton<VerificationTokens>();
        services.TryAddSingleton<IStorageVerifier, StorageVerifier>();
        services.TryAddSingleton<ITasksUnderWay, TasksUnderWay>();
        services.TryAddSingleton<IPayloadOrphans, PayloadOrphans>();
        services.TryAddSingleton<ITaskTypeStore, TableTaskTypeStore>();
        services.TryAddSingleton<TaskTypeRegistry>();
        services.TryAddSingleton<ITaskTypeCatalog>(provider => provider.GetRequiredService<TaskTypeRegistry>());
        services.TryAddSingleton<TaskLifecycle>();
        services.TryAddSingleton<SchemaUpgrades>();
        services.TryAddSingleton<StoreSchema>();
        services.TryAddSingleton(provider => new StorageCheck(
            provider.GetRequiredService<TableAccount>(),
            provider.GetRequiredService<TableClients>(),
            provider.GetRequiredService<StorageBreaker>(),
            provider.GetRequiredService<DayTables>(),
            provider.GetRequiredService<StoreSchema>(),
            provider.GetRequiredService<ILogger<StorageCheck>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, StorageStartup>());
        return services;
    }

    /// <summary>Without an account of its own the store uses the host's.</summary>
    private static void TakeHostAccount(StorageOptions options, IConfiguration configuration)
    {
        if (!string.IsNullOrWhiteSpace(options.ConnectionString) || options.Endpoint is not null)
            return;

        options.ConnectionString = HostAccount.ConnectionString(configuration);
        if (options.ConnectionString is null)
            options.Endpoint = HostAccount.TableEndpoint(configuration);
    }
}
