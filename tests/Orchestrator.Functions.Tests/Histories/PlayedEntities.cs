using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Microsoft.DurableTask.Entities;

namespace Orchestrator.Functions.Tests.Histories;

/// <summary>Entities, as an orchestrator sees them in a <see cref="PlayedContext"/>.</summary>
internal sealed class PlayedEntities(PlayedContext context) : TaskOrchestrationEntityFeature
{
    public override Task<TResult> CallEntityAsync<TResult>(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        context.CallAsync<TResult>(Of(DecisionKind.Entity, id, operationName, input), _ => new EntityOperationFailedException(id, operationName, PlayedContext.Failure));

    public override Task CallEntityAsync(EntityInstanceId id, string operationName, object? input = null, CallEntityOptions? options = null) =>
        CallEntityAsync<JsonNode?>(id, operationName, input, options);

    public override Task SignalEntityAsync(EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
    {
        context.Decide(Of(DecisionKind.Signal, id, operationName, input));
        return Task.CompletedTask;
    }

    public override Task<IAsyncDisposable> LockEntitiesAsync(IEnumerable<EntityInstanceId> entityIds) =>
        context.CallAsync<IAsyncDisposable>(new Decision(DecisionKind.Lock, string.Join(' ', entityIds)), _ => new InvalidOperationException("Locks do not fail."));

    public override bool InCriticalSection([NotNullWhen(true)] out IReadOnlyList<EntityInstanceId>? entityIds)
    {
        entityIds = null;
        return false;
    }

    private static Decision Of(DecisionKind kind, EntityInstanceId id, string operation, object? input) => new(kind, $"{id} {operation}", PlayedContext.Write(input));
}
