using System.Diagnostics.Metrics;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.History;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tasks;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Storage.Tests.Azurite;

/// <summary>The stores on a real Azurite, with a clock that stands still and tables of their own; counts requests and rows.</summary>
internal sealed class Store : IAsyncDisposable
{
    public static readonly TaskType Digest = new() { Name = "text.digest", Description = "Digests a text.", Retry = new RetryPolicy { MaxAttempts = 2 } };

    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private long _requests;
    private long _rows;

    private Store(string connectionString, string prefix, ManualTimeProvider time, int tasksPerSegment, Func<IServiceProvider, ITransactionSender>? sender)
    {
        Prefix = prefix;
        Time = time;
        ConnectionString = connectionString;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = connectionString,
            ["Orchestrator:Storage:TablePrefix"] = prefix,
            ["Orchestrator:Storage:TasksPerSegment"] = $"{tasksPerSegment}",
        }).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time);
        if (sender is not null)
            services.AddSingleton(sender);
        _services = services.AddOrchestratorStorage(configuration).BuildServiceProvider();

        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StorageMetrics.MeterName && instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            Interlocked.Add(ref instrument.Name == StorageMetrics.RequestsName ? ref _requests : ref _rows, value);
            if (instrument.Name == StorageMetrics.RequestsName)
                OnRequest?.Invoke();
        });
        _listener.Start();
    }

    public string Prefix { get; }

    public string ConnectionString { get; }

    /// <summary>Called for each request that is sent.</summary>
    public Action? OnRequest { get; set; }

    public ManualTimeProvider Time { get; }

    public ITaskStore Tasks => _services.GetRequiredService<ITaskStore>();

    public TaskLifecycle Lifecycle => _services.GetRequiredService<TaskLifecycle>();

    public IDeadLetterStore DeadLetters => _services.GetRequiredService<IDeadLetterStore>();

    public IServiceProvider Services => _services;

    /// <summary>Starts what a host would start first.</summary>
    public static Task<Store> StartAsync(AzuriteFixture azurite, int tasksPerSegment = 250, Store? sharing = null, Func<IServiceProvider, ITransactionSender>? sender = null) =>
        StartAsync(azurite.ConnectionString, sharing?.Prefix ?? azurite.UniqueName(), tasksPerSegment, sharing, sender);

    /// <summary>The same on a table server in memory, which is to have no other store.</summary>
    public static Task<Store> StartAsync(TableServer server, int tasksPerSegment = 250, Store? sharing = null, Func<IServiceProvider, ITransactionSender>? sender = null) =>
        StartAsync(server.ConnectionString, "", tasksPerSegment, sharing, sender);

    /// <summary>The same by a way of its own to a server.</summary>
    public static Task<Store> StartAsync(string connectionString) => StartAsync(connectionString, "", 250, null, null);

    private static async Task<Store> StartAsync(string connectionString, string prefix, int tasksPerSegment, Store? sharing, Func<IServiceProvider, ITransactionSender>? sender)
    {
        var time = sharing?.Time ?? new ManualTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        var store = new Store(connectionString, prefix, time, tasksPerSegment, sender);
        foreach (var service in store._services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StartingAsync(CancellationToken.None);
        return store;
    }

    /// <summary>Stops what a host would stop last.</summary>
    public async Task StopAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StoppedAsync(CancellationToken.None);
    }

    /// <summary>Stores a task that a submission cannot say all of.</summary>
    public async Task<TaskRecord> CreateAsync(Func<TaskRecord, TaskRecord> change)
    {
        var (id, segment) = _services.GetRequiredService<TaskIdSource>().Next();
        await _services.GetRequiredService<SegmentRegister>().EnsureAsync(segment);
        var submitted = TaskDecisions.Submit(id, Submission());
        var outcome = await ((TableTaskStore)Tasks).CreateAsync(submitted with { After = change(submitted.After) }, CancellationToken.None);
        return Assert.IsType<SubmitOutcome.Created>(outcome).Task.Record;
    }

    /// <summary>Keys of all rows of all tables.</summary>
    public async Task<List<string>> RowsAsync()
    {
        var keys = new List<string>();
        await foreach (var table in new TableServiceClient(ConnectionString).QueryAsync(filter: (string?)null))
        {
            await foreach (var row in new TableClient(ConnectionString, table.Name).QueryAsync<TableEntity>(filter: (string?)null))
                keys.Add($"{table.Name}/{row.PartitionKey}/{row.RowKey}");
        }

        return keys;
    }

    /// <summary>Requests and row writes of <paramref name="action"/>.</summary>
    public async Task<(long Requests, long Rows)> CountAsync(Func<Task> action)
    {
        var before = (Interlocked.Read(ref _requests), Interlocked.Read(ref _rows));
        await action();
        return (Interlocked.Read(ref _requests) - before.Item1, Interlocked.Read(ref _rows) - before.Item2);
    }

    public TableClient Table(string name) => new(ConnectionString, Prefix + name);

    public async Task<StoredTask> SubmitAsync(string input = "{}", string? key = null, params string[] tags)
    {
        var outcome = await Tasks.SubmitAsync(Submission(input, key, tags), CancellationToken.None);
        return Assert.IsType<SubmitOutcome.Created>(outcome).Task;
    }

    public async Task<(StoredTask Task, AttemptLease Lease)> ClaimAsync(TaskId id, int number = 1, string holder = "host-1")
    {
        var result = await Lifecycle.ClaimAsync(id, Claim(number, holder), CancellationToken.None);
        return (result!.Task, Assert.IsType<ClaimDecision.Claimed>(result.Decision).Lease);
    }

    public async Task<TaskRecord> FinishAsync(TaskId id, string output = "1", string agent = "digester")
    {
        var result = await Lifecycle.ClaimAsync(id, Claim() with { Agent = agent }, CancellationToken.None);
        var (task, lease) = (result!.Task, Assert.IsType<ClaimDecision.Claimed>(result.Decision).Lease);
        return (await Lifecycle.CompleteAsync(task, lease, new AttemptOutcome.Succeeded(output), CancellationToken.None)).Task.Record;
    }

    public static AttemptClaim Claim(int number = 1, string holder = "host-1") => new(number, holder, "digester", TimeSpan.FromSeconds(30));

    public static TaskSubmission Submission(string input = "{}", string? key = null, params string[] tags) =>
        new() { Type = Digest, Input = input, Title = "A title", Tags = tags, IdempotencyKey = key };

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _services.DisposeAsync();
    }
}
