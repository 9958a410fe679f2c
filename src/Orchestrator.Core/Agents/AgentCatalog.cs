using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Orchestrator.Errors;
using Orchestrator.Tasks;

namespace Orchestrator.Agents;

/// <summary>The registered agents, and through them the task types.</summary>
public sealed partial class AgentCatalog : ITaskTypeCatalog
{
    private readonly FrozenDictionary<string, (TaskType Type, AgentRegistration Agent)> _byType;

    /// <summary>Checks the registrations and makes the catalog.</summary>
    /// <param name="functionTimeout">After which the host kills a process whose function still runs; every attempt's time limit must be below.</param>
    /// <exception cref="AgentRegistrationException">With every fault.</exception>
    public AgentCatalog(IEnumerable<AgentRegistration> registrations, TimeSpan functionTimeout)
    {
        Agents = [.. registrations];
        var faults = FindFaults(Agents, functionTimeout).ToList();
        if (faults.Count > 0)
            throw new AgentRegistrationException(faults);

        _byType = Agents.SelectMany(agent => agent.TaskTypes.Select(type => (Type: type, Agent: agent)))
            .ToFrozenDictionary(entry => entry.Type.Name, StringComparer.Ordinal);
        TaskTypes = [.. _byType.Values.Select(entry => entry.Type).OrderBy(type => type.Name, StringComparer.Ordinal)];
    }

    /// <summary>All agents in the order of their registration.</summary>
    public IReadOnlyList<AgentRegistration> Agents { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TaskType> TaskTypes { get; }

    /// <inheritdoc/>
    public bool TryGetTaskType(string name, [NotNullWhen(true)] out TaskType? taskType)
    {
        taskType = _byType.TryGetValue(name, out var entry) ? entry.Type : null;
        return taskType is not null;
    }

    /// <summary>Finds the agent that does tasks of a type.</summary>
    public bool TryGetAgent(string taskType, [NotNullWhen(true)] out AgentRegistration? agent)
    {
        agent = _byType.TryGetValue(taskType, out var entry) ? entry.Agent : null;
        return agent is not null;
    }

    private static IEnumerable<string> FindFaults(IReadOnlyList<AgentRegistration> agents, TimeSpan functionTimeout)
    {
        foreach (var name in agents.GroupBy(agent => agent.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key))
            yield return $"Agent '{name}' is registered more than once.";

        foreach (var type in agents.SelectMany(agent => agent.TaskTypes).GroupBy(type => type.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"Task type '{type.Key}' is registered by more than one agent.";

        foreach (var fault in agents.SelectMany(agent => FindFaults(agent, functionTimeout)))
            yield return fault;
    }

    private static IEnumerable<string> FindFaults(AgentRegistration agent, TimeSpan functionTimeout)
    {
        if (!IsName(agent.Name))
            yield return $"Agent name '{agent.Name}' must be 1 to {TaskLimits.NameLength} characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.";
        if (agent.AgentType.IsAbstract || !agent.AgentType.IsAssignableTo(typeof(IAgent)))
            yield return $"Agent '{agent.Name}': {agent.AgentType} is not a class that implements {nameof(IAgent)}.";
        if (agent.TaskTypes.Count == 0)
            yield return $"Agent '{agent.Name}' has no task type.";

        foreach (var type in agent.TaskTypes)
        {
            if (!IsName(type.Name))
                yield return $"Task type name '{type.Name}' must be 1 to {TaskLimits.NameLength} characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.";
            if (type.Version < 1)
                yield return $"Task type '{type.Name}': Version is {type.Version}; it must be 1 or more.";
            if (type.Timeouts.Attempt >= functionTimeout)
                yield return $"Task type '{type.Name}': Timeouts.Attempt is {type.Timeouts.Attempt}; it must be below the function time-out of {functionTimeout}.";
            foreach (var fault in type.Timeouts.FindFaults())
                yield return $"Task type '{type.Name}': Timeouts.{fault}";
            foreach (var fault in type.Retry.FindFaults())
                yield return $"Task type '{type.Name}': Retry.{fault}";
        }
    }

    private static bool IsName(string name) => name.Length <= TaskLimits.NameLength && NamePattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
