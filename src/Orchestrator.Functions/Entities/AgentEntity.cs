using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Entities;
using Orchestrator.Agents;

namespace Orchestrator.Functions.Entities;

/// <summary>
/// Holds the state of one agent; its key is the agent's name. Operations may run twice, so each names itself and counts once.
/// </summary>
public sealed class AgentEntity : TaskEntity<AgentRecord>
{
    /// <summary>The entity of an agent.</summary>
    public static EntityInstanceId IdOf(string agent) => new(nameof(AgentEntity), agent);

    /// <summary>The entity's trigger.</summary>
    [Function(nameof(AgentEntity))]
    public static Task DispatchAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<AgentEntity>();

    /// <summary>Adds what a process has seen of the agent.</summary>
    public void Record(AgentReportMessage message) => State = State.Apply(message.ToReport());

    /// <inheritdoc/>
    protected override AgentRecord InitializeState(TaskEntityOperation entityOperation) => new();
}
