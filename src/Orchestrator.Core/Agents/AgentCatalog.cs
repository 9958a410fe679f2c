using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Errors;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Agents;

/// <summary>The registered agents, what they are capable of, and the task types that they define in code.</summary>
public sealed partial class AgentCatalog
{
    /// <summary>What a name of an agent, a task type or a capability must be, as the end of a sentence.</summary>
    public static readonly string NameRule = $"1 to {TaskLimits.NameLength} characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit";

    private readonly TimeSpan _functionTimeout;
    private readonly FrozenDictionary<string, (TaskType Type, AgentRegistration Agent)> _byType;

    /// <summary>Checks the registrations and makes the catalog.</summary>
    /// <param name="functionTimeout">After which the host kills a process whose function still runs; every attempt's time limit must be below.</param>
    /// <exception cref="AgentRegistrationException">With every fault.</exception>
    public AgentCatalog(IEnumerable<AgentRegistration> registrations, TimeSpan functionTimeout)
    {
        Agents = [.. registrations];
        _functionTimeout = functionTimeout;
        var faults = FindFaults(Agents, functionTimeout).ToList();
        if (faults.Count > 0)
            throw new AgentRegistrationException(faults);

        _byType = Agents.SelectMany(agent => agent.TaskTypes.Select(type => (Type: type, Agent: agent)))
            .ToFrozenDictionary(entry => entry.Type.Name, StringComparer.Ordinal);
        TaskTypes = [.. _byType.Values.Select(entry => entry.Type).OrderBy(type => type.Name, StringComparer.Ordinal)];
    }

    /// <summary>All agents in the order of their registration.</summary>
    public IReadOnlyList<AgentRegistration> Agents { get; }

    /// <summary>The task types that agents define in code, by name.</summary>
    public IReadOnlyList<TaskType> TaskTypes { get; }

    /// <summary>Looks up a type that an agent defines in code; names are compared exactly.</summary>
    public bool TryGetTaskType(string name, [NotNullWhen(true)] out TaskType? taskType)
    {
        taskType = _byType.TryGetValue(name, out var entry) ? entry.Type : null;
        return taskType is not null;
    }

    /// <summary>Finds the agent that is capable of something: of the types it defines, by their names.</summary>
    public bool TryGetAgent(string capability, [NotNullWhen(true)] out AgentRegistration? agent)
    {
        agent = _byType.TryGetValue(capability, out var entry) ? entry.Agent : null;
        return agent is not null;
    }

    /// <summary>Finds why a definition cannot be used with the agent that does its tasks; pointers are into the definition's document.</summary>
    public IEnumerable<Fault> FindFaults(TaskType type)
    {
        if (type.Timeouts.Attempt >= _functionTimeout && TryGetAgent(type.Capability, out var agent) && !agent.LeavesWorkOutside)
        {
            yield return new Fault(
                "/timeouts/attempt",
                $"It is {Durations.ToText(type.Timeouts.Attempt)}; it must be below the function time-out of {Durations.ToText(_functionTimeout)}, as agent '{agent.Name}' works in this program.");
        }
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
            yield return $"Agent name '{agent.Name}' must be {NameRule}.";
        if (agent.AgentType.IsAbstract || !agent.AgentType.IsAssignableTo(typeof(IAgent)))
            yield return $"Agent '{agent.Name}': {agent.AgentType} is not a class that implements {nameof(IAgent)}.";
        if (agent.TaskTypes.Count == 0)
            yield return $"Agent '{agent.Name}' has no task type.";

        foreach (var type in agent.TaskTypes)
        {
            if (!IsName(type.Name))
                yield return $"Task type name '{type.Name}' must be {NameRule}.";
            if (type.Version < 1)
                yield return $"Task type '{type.Name}': Version is {type.Version}; it must be 1 or more.";
            if (type.Timeouts.Attempt >= functionTimeout && !agent.LeavesWorkOutside)
                yield return $"Task type '{type.Name}': Timeouts.Attempt is {type.Timeouts.Attempt}; it must be below the function time-out of {functionTimeout}.";
            foreach (var fault in type.Timeouts.FindFaults())
                yield return $"Task type '{type.Name}': Timeouts.{fault}";
            foreach (var fault in type.Retry.FindFaults())
                yield return $"Task type '{type.Name}': Retry.{fault}";
            foreach (var fault in FindDefinitionFaults(type))
                yield return $"Task type '{type.Name}': {fault.Pointer} {fault.Message}";
        }
    }

    /// <summary>What is wrong with the parts of a definition that have no words of their own above.</summary>
    private static IEnumerable<Fault> FindDefinitionFaults(TaskType type)
    {
        try
        {
            using var document = JsonDocument.Parse(TaskTypeWriter.Write(type with { Name = "any", Capability = "any", Retry = RetryPolicy.Default, Timeouts = TaskTimeouts.Default }), TaskTypeReader.JsonOptions);
            TaskTypeReader.Read(document.RootElement, name: null, out var faults);
            return faults;
        }
        catch (JsonException exception)
        {
            return [new Fault("", $"A schema or the default input is not JSON: {exception.Message}")];
        }
    }

    /// <summary>Whether a text can name an agent, a task type or a capability.</summary>
    public static bool IsName(string name) => name.Length <= TaskLimits.NameLength && NamePattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
