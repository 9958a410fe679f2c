using System.Diagnostics.CodeAnalysis;
using Embedded.DurableTask.History;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Entity calls, signals and locks of one execution.</summary>
internal sealed class OrchestratorEntities(OrchestratorContext context, ExecutionState state) : TaskOrchestrationEntityFeature
{
    private readonly CriticalSection _section = new();

    public override async Task<TResult> CallEntityAsync<TResult>(
        EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        state.Converter.Deserialize<TResult>(await CallAsync(id, operationName, input))!;

    public override Task CallEntityAsync(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        CallAsync(id, operationName, input);

    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        Require(id, operationName);
        _section.RequireSignal(id);
        state.Decisions.Add(new EntitySignaled(id.ToString(), operationName, state.Converter.Serialize(input))
        {
            TaskId = state.Decisions.NextId(),
            DeliverAt = options?.SignalTime?.UtcDateTime,
        });
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds)
    {
        context.RequirePump();
        var entities = InLockOrder(entityIds);
        _section.RequireNone();
        string[] keys = [.. entities.Select(entity => entity.ToString())];
        var granted = context.Decide(
            taskId =>
            {
                _section.Begin(taskId, entities);
                return new EntitiesLocked(keys) { TaskId = taskId };
            },
            keepsExecutionOpen: false);
        var section = _section.Id!.Value;
        await granted;
        _section.Enter();
        return new Releaser(() => Release(section, keys));
    }

    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        context.RequirePump();
        entityIds = _section.Available;
        return _section.Id is not null;
    }

    /// <inheritdoc cref="CriticalSection.RequireNoneForSubOrchestration"/>
    public void RequireNoLocksForSubOrchestration() => _section.RequireNoneForSubOrchestration();

    /// <summary>The order that everybody locks in, without repetitions.</summary>
    /// <exception cref="ArgumentException">There are none, or one of them has no name.</exception>
    private static EntityInstanceId[] InLockOrder(IEnumerable<EntityInstanceId> entityIds)
    {
        ArgumentNullException.ThrowIfNull(entityIds);
        EntityInstanceId[] entities =
            [.. entityIds.Distinct().OrderBy(id => id.Name, StringComparer.Ordinal).ThenBy(id => id.Key, StringComparer.Ordinal)];
        if (entities.Length == 0)
        {
            throw new ArgumentException("The list of entities to lock must not be empty.", nameof(entityIds));
        }

        return entities[0] == default
            ? throw new ArgumentNullException(nameof(entityIds), "Invalid entity id: entity name must not be a null or empty string.")
            : entities;
    }

    private async Task<string?> CallAsync(EntityInstanceId id, string operation, object? input)
    {
        Require(id, operation);
        var json = state.Converter.Serialize(input);
        var section = _section.BeginCall(id);
        var outcome = await context.Decide(
            taskId => new EntityCalled(id.ToString(), operation, json) { TaskId = taskId }, keepsExecutionOpen: false);
        _section.EndCall(section, id);
        return outcome.Failure is { } failure
            ? throw new EntityOperationFailedException(id, operation, failure.ToDetails())
            : outcome.Result;
    }

    private void Release(int section, IReadOnlyList<string> entities)
    {
        context.RequirePump();
        if (_section.End(section))
        {
            state.Decisions.Add(new EntitiesUnlocked(section, entities) { TaskId = state.Decisions.NextId() });
        }
    }

    private void Require(EntityInstanceId id, string operation)
    {
        context.RequirePump();
        InstanceIds.Validate(id, nameof(id));
        ArgumentException.ThrowIfNullOrEmpty(operation);
    }

    private sealed class Releaser(Action release) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            release();
            return default;
        }
    }
}
