using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.Functions.Extensibility;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>An execution that is kept in memory between turns, so that the next turn only needs what is new.</summary>
internal sealed class OrchestrationSession
{
    private readonly ExecutionState _state;
    private readonly OrchestratorInvocation _invocation;
    private readonly OrchestrationExecution _execution;

    private OrchestrationSession(ExecutionState state, OrchestratorInvocation invocation)
    {
        _state = state;
        _invocation = invocation;
        _execution = new(state, invocation);
    }

    public (string InstanceId, string ExecutionId) Key => (_state.InstanceId, _state.Start.ExecutionId);

    /// <summary>Begins an invocation of the orchestrator and brings it to where the turn's past ends.</summary>
    public static async Task<OrchestrationSession> BeginAsync(
        TriggeredFunction function,
        OrchestrationTurn turn,
        ExecutionStarted start,
        OrchestrationSettings settings,
        CancellationToken cancellationToken)
    {
        var state = new ExecutionState(turn.InstanceId, start, settings.Converter, settings.AbandonedWaitsTakeEvents);
        var context = new OrchestratorContext(state, settings.LoggerFactory);
        var invocation = await OrchestratorInvocation.BeginAsync(function, context, start.TraceParent, cancellationToken);
        var session = new OrchestrationSession(state, invocation);
        try
        {
            session._execution.Replay(turn.Past);
            return session;
        }
        catch
        {
            session.Drop();
            throw;
        }
    }

    /// <inheritdoc cref="OrchestrationExecution.HasSeen"/>
    public bool HasSeen(IReadOnlyList<HistoryEvent> past) => _execution.HasSeen(past);

    /// <summary>Runs the turn on what the session has seen, which must be the turn's past.</summary>
    public async ValueTask<OrchestrationTurnResult> RunAsync(OrchestrationTurn turn) =>
        new(await _execution.RunAsync(turn), _state.CustomStatus.Text);

    /// <summary>Lets the invocation go.</summary>
    public void Drop() => _invocation.Drop();
}

/// <summary>What orchestrations run with.</summary>
internal sealed record OrchestrationSettings(FunctionTable Functions, DataConverter Converter, ILoggerFactory LoggerFactory)
{
    /// <summary>How many executions are kept in memory between turns; with 0 every turn replays from the start.</summary>
    public int SessionCapacity { get; init; } = 1000;

    /// <inheritdoc cref="ExternalEvents"/>
    public bool AbandonedWaitsTakeEvents { get; init; }
}
