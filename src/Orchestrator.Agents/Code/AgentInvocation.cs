namespace Orchestrator.Agents.Code;

/// <summary>One attempt to be made by an agent.</summary>
/// <param name="Context">The attempt as the agent sees it; at its deadline it counts as timed out.</param>
public sealed record AgentInvocation(AgentRegistration Agent, AgentContext Context);
