using Embedded.DurableTask.Activities;
using Embedded.DurableTask.Client;
using Embedded.DurableTask.Entities;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Running;

/// <summary>
/// A task hub on real storage with the real runners and client; the functions are delegates. It can be stopped, or left as a
/// killed process leaves it, and started again.
/// </summary>
internal sealed class AppHub(AzuriteFixture azurite, int sessions, TimeProvider? time = null) : IAsyncDisposable
{
    private readonly DurableTaskFunctions _functions = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Stack<(TaskHub Hub, OrchestrationRunner Runner)> _owners = new();
    private TaskHub? _hub;
    private HubClient? _client;

    public TaskHubOptions Options { get; } = new() { ConnectionString = azurite.ConnectionString, HubName = "App" + azurite.UniqueName() };

    public HubClient Client => _client ?? throw new InvalidOperationException("The hub has not been started.");

    public AppHub Orchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> code)
    {
        _functions.Orchestrators.Add(null, TestFunction.Orchestrator(name, code));
        return this;
    }

    public AppHub Activity<TInput>(string name, Func<TInput, Task<object?>> code)
    {
        _functions.Activities.Add(null, TestFunction.Activity(name, code));
        return this;
    }

    public AppHub Entity<T>(string name)
    {
        _functions.Entities.Add(null, TestFunction.Entity(name, dispatcher => dispatcher.DispatchAsync<T>()));
        return this;
    }

    /// <summary>Starts it. If an earlier owner was not stopped, it is shut out.</summary>
    public async Task<AppHub> StartAsync()
    {
        _hub = new(Options with { TakeOver = _hub is not null }, new HubTables(Options), _time, NullLoggerFactory.Instance, _ => { });
        var runner = new OrchestrationRunner(new(_functions.Orchestrators, OrchestrationScript.Json, NullLoggerFactory.Instance) { SessionCapacity = sessions });
        _owners.Push((_hub, runner));
        _client = new("App", _hub, OrchestrationScript.Json, _time);
        await _hub.StartAsync(
            runner,
            new ActivityRunner(_functions.Activities, OrchestrationScript.Json, NullLogger<ActivityRunner>.Instance),
            new EntityRunner(_functions.Entities, OrchestrationScript.Json, _time, NullLogger<EntityRunner>.Instance),
            default);
        return this;
    }

    /// <summary>Ends it in order.</summary>
    public async Task StopAsync()
    {
        await _hub!.StopAsync(default);
        _hub = null;
    }

    /// <summary>Ends it in order and starts it again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Starts an orchestration and gives it as it has ended.</summary>
    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, StartOrchestrationOptions? options = null) =>
        await EndOfAsync(await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options));

    /// <summary>Waits until an orchestration has ended.</summary>
    public Task<OrchestrationMetadata> EndOfAsync(string instanceId) =>
        Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true).WithinLimitAsync($"'{instanceId}' ends");

    /// <summary>Waits until an orchestration is shown with a status.</summary>
    public Task StatusIsAsync(string instanceId, OrchestrationRuntimeStatus status) =>
        Eventually.ValueAsync(async () => (await Client.GetInstanceAsync(instanceId))?.RuntimeStatus, seen => seen == status, $"'{instanceId}' is {status}");

    public async ValueTask DisposeAsync()
    {
        while (_owners.TryPop(out var owner))
        {
            await owner.Hub.DisposeAsync();
            owner.Runner.Dispose();
        }
    }
}
