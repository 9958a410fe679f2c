using System.Collections.Frozen;
using Orchestrator.Errors;

namespace Orchestrator.Agents;

/// <summary>The one table of moves between agent states.</summary>
public static class AgentTransitions
{
    private static readonly FrozenDictionary<AgentState, FrozenSet<AgentState>> Table = new Dictionary<AgentState, FrozenSet<AgentState>>
    {
        [AgentState.Registered] = [AgentState.Starting, AgentState.Ready, AgentState.Paused, AgentState.Stopped, AgentState.Faulted],
        [AgentState.Starting] = [AgentState.Ready, AgentState.Paused, AgentState.Draining, AgentState.Stopped, AgentState.Faulted],
        [AgentState.Ready] = [AgentState.Starting, AgentState.Paused, AgentState.Draining, AgentState.Stopped, AgentState.Faulted],
        [AgentState.Paused] = [AgentState.Ready, AgentState.Draining, AgentState.Stopped, AgentState.Faulted],
        [AgentState.Draining] = [AgentState.Ready, AgentState.Stopped, AgentState.Faulted],
        [AgentState.Stopped] = [AgentState.Starting, AgentState.Ready],
        [AgentState.Faulted] = [AgentState.Starting, AgentState.Ready, AgentState.Stopped],
    }.ToFrozenDictionary();

    /// <summary>Whether the table has the move.</summary>
    public static bool IsAllowed(AgentState from, AgentState to) => Table[from].Contains(to);

    /// <summary>Answers <paramref name="to"/> when the table has the move.</summary>
    /// <exception cref="IllegalTransitionException">It has not.</exception>
    public static AgentState Move(string agent, AgentState from, AgentState to) =>
        IsAllowed(from, to) ? to : throw new IllegalTransitionException($"Agent {agent}", from.ToString(), to.ToString());
}
