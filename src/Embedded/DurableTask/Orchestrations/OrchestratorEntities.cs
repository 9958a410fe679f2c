using System.Diagnostics.CodeAnalysis;
using Embedded.DurableTask.History;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Entity calls and signals of one execution.</summary>
internal sealed class OrchestratorEntities(OrchestratorContext context, ExecutionState state) : TaskOrchestrationEntityFeature
{
    public override async Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        state.Converter.Deserialize<TResult>(await CallAsync(id, operationName, input))!;

    public override Task CallEntityAsync(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        CallAsync(id, operationName, input);

    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        Require(id, operationName);
        state.Decisions.Add(new EntitySignaled(id.ToString(), operationName, state.Converter.Serialize(input))
        {
            TaskId = state.Decisions.NextId(),
            DeliverAt = options?.SignalTime?.UtcDateTime,
        });
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds) =>
        throw new NotSupportedException($"{nameof(LockEntitiesAsync)} is not offered by the embedded platform.");

    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        context.RequirePump();
        entityIds = [];
        return false;
    }

    private async Task<string?> CallAsync(EntityInstanceId id, string operation, object? input)
    {
        Require(id, operation);
        var json = state.Converter.Serialize(input);
        var outcome = await context.Decide(
            taskId => new EntityCalled(id.ToString(), operation, json) { TaskId = taskId }, keepsExecutionOpen: false);
        return outcome.Failure is { } failure
            ? throw new EntityOperationFailedException(id, operation, failure.ToDetails())
            : outcome.Result;
    }

    private void Require(EntityInstanceId id, string operation)
    {
        context.RequirePump();
        ArgumentOutOfRangeException.ThrowIfEqual(id, default);
        ArgumentException.ThrowIfNullOrEmpty(operation);
    }
}
