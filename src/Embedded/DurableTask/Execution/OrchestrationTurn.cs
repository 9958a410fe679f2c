using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Execution;

/// <summary>One turn of an orchestration to be run.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="ExecutionId">Its present execution; continue-as-new begins another.</param>
/// <param name="Past">The history up to this turn, without it.</param>
/// <param name="News">What this turn adds: a <see cref="TurnStarted"/>, then at least one message.</param>
internal sealed record OrchestrationTurn(
    string InstanceId, string ExecutionId, IReadOnlyList<HistoryEvent> Past, IReadOnlyList<HistoryEvent> News);

/// <summary>What a turn decided.</summary>
/// <param name="Decisions">In the order in which the code made them.</param>
/// <param name="CustomStatus">The custom status as it stands after the turn (JSON); null for none.</param>
internal sealed record OrchestrationTurnResult(IReadOnlyList<Decision> Decisions, string? CustomStatus);

/// <summary>Runs orchestrator code. It has no effects: the same turn gives the same result, however often it runs.</summary>
internal interface IOrchestrationRunner
{
    /// <summary>
    /// Runs the code until it waits for something that has not arrived. Faults of the code, unknown orchestrators and
    /// non-determinism are results (<see cref="ExecutionCompleted"/> with a failure), not exceptions.
    /// </summary>
    ValueTask<OrchestrationTurnResult> RunAsync(OrchestrationTurn turn, CancellationToken cancellationToken);

    /// <summary>Tells that no further turn of this execution comes, so that what was kept in memory for it can go.</summary>
    void Forget(string instanceId, string executionId);
}
