using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Code;

/// <summary>One attempt to be made by an agent.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Deadline">When the attempt counts as timed out, UTC.</param>
/// <param name="Reporter">Takes what the agent says meanwhile.</param>
public sealed record AgentInvocation(
    AgentRegistration Agent, TaskId TaskId, string TaskType, int Attempt, JsonElement Input, DateTimeOffset Deadline, IAttemptReporter Reporter);
