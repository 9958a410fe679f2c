using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace Embedded.DurableTask.Client;

/// <summary>The client of the app's own task hub.</summary>
internal sealed class HubClient(string hubName, ITaskHub hub, DataConverter converter, TimeProvider time) : DurableTaskClient(hubName)
{
    public override DurableEntityClient Entities { get; } = new HubEntityClient(hubName, hub, converter);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var replaceable = (options?.DedupeStatuses).ToReplaceable();
        var isNewId = string.IsNullOrEmpty(options?.InstanceId);
        var (instanceId, start) = Starts.Create(orchestratorName, converter.Serialize(input), options, time);
        return await hub.StartAsync(instanceId, start, isNewId ? null : replaceable, cancellation) is null
            ? instanceId
            : throw new InvalidOperationException($"An Orchestration instance with the ID {instanceId} already exists.");
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return SendAsync(instanceId, new EventRaised(eventName, converter.Serialize(eventPayload)), $"raise event {eventName} for", cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(
            instanceId, new ExecutionTerminated(converter.Serialize(options?.Output), options?.Recursive ?? false), "terminate", cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionSuspended(reason), "suspend", cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionResumed(reason), "resume", cancellation);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        InstanceIds.Validate(instanceId, nameof(instanceId));
        return (await hub.GetAsync(instanceId, getInputsAndOutputs, cancellation))?.ToMetadata(getInputsAndOutputs ? converter : null);
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, started: true, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, started: false, getInputsAndOutputs, cancellation);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        filter ??= new();
        return Pageable.Create(async (continuation, pageSize, cancellation) =>
        {
            if (filter.TaskHubNames?.ToList() is { Count: > 0 } hubs && !hubs.Contains(Name, StringComparer.OrdinalIgnoreCase))
            {
                return new Page<OrchestrationMetadata>([]);
            }

            var size = pageSize ?? filter.PageSize;
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(filter.PageSize));
            var page = await hub.QueryAsync(
                new()
                {
                    CreatedFrom = filter.CreatedFrom?.UtcDateTime,
                    CreatedTo = filter.CreatedTo?.UtcDateTime,
                    Statuses = filter.Statuses.ToFilter(),
                    IdPrefix = string.IsNullOrEmpty(filter.InstanceIdPrefix) ? null : filter.InstanceIdPrefix,
                },
                continuation ?? filter.ContinuationToken,
                size,
                filter.FetchInputsAndOutputs,
                cancellation);
            var instances = page.Select(view => view.ToMetadata(filter.FetchInputsAndOutputs ? converter : null)).ToList();
            return new Page<OrchestrationMetadata>(instances, page.Count < size ? null : page[^1].InstanceId);
        });
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        InstanceIds.Validate(instanceId, nameof(instanceId));
        return new(await hub.PurgeAsync(instanceId, options?.Recursive ?? false, cancellation), isComplete: true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var begun = time.GetTimestamp();
        var query = new OrchestrationQuery(filter.CreatedFrom, filter.CreatedTo, filter.Statuses ?? Ended);
        var count = 0;
        await foreach (var instance in GetAllInstancesAsync(query).WithCancellation(cancellation))
        {
            if (filter.Timeout is { } timeout && time.GetElapsedTime(begun) >= timeout)
            {
                return new(count, isComplete: false);
            }

            count += await hub.PurgeAsync(instance.InstanceId, options?.Recursive ?? false, cancellation);
        }

        return new(count, isComplete: true);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        InstanceIds.Validate(instanceId, nameof(instanceId));
        var instance = await hub.GetAsync(instanceId, withPayloads: true, cancellation)
            ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));
        var (newId, start) = Starts.Create(
            instance.Name,
            instance.Input,
            new(restartWithNewInstanceId ? null : instanceId) { Version = instance.Version, Tags = instance.Tags ?? new Dictionary<string, string>() },
            time);
        return await hub.StartAsync(newId, start, InstanceConversions.Ended, cancellation) is null
            ? newId
            : throw new InvalidOperationException($"An orchestration with the instanceId {instanceId} cannot be restarted.");
    }

    // The hub belongs to the host, not to a client.
    public override ValueTask DisposeAsync() => default;

    private static OrchestrationRuntimeStatus[] Ended => [.. InstanceConversions.Ended.Select(status => status.ToRuntimeStatus())];

    private async Task SendAsync(string instanceId, OrchestrationMessage message, string what, CancellationToken cancellation)
    {
        InstanceIds.Validate(instanceId, nameof(instanceId));
        switch (await hub.SendAsync(instanceId, message, cancellation))
        {
            case Delivery.NotFound:
                throw TaskHubRequestException.NotFound(instanceId);
            case Delivery.Finished:
                throw TaskHubRequestException.Finished(instanceId, what);
        }
    }

    private async Task<OrchestrationMetadata> WaitAsync(string instanceId, bool started, bool withPayloads, CancellationToken cancellation)
    {
        InstanceIds.Validate(instanceId, nameof(instanceId));
        var view = await hub.WaitAsync(instanceId, started, withPayloads, cancellation) ?? throw TaskHubRequestException.NotFound(instanceId);
        return view.ToMetadata(withPayloads ? converter : null);
    }
}
