using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Tasks;

namespace Orchestrator.Agents;

/// <summary>Describes an agent while it is registered. What is not said has the default of <see cref="TaskType"/>.</summary>
public sealed partial class AgentBuilder
{
    private readonly Type _agentType;
    private readonly List<TaskType> _taskTypes;
    private string _name;
    private string _description = "";
    private bool _leavesWorkOutside;

    internal AgentBuilder(Type agentType, string taskType)
    {
        _agentType = agentType;
        _taskTypes = [new TaskType { Name = taskType }];
        _name = DefaultName(agentType);
    }

    /// <summary>Names the agent. Default: the class's name without "Agent", as in <c>files-list</c> for <c>FilesListAgent</c>.</summary>
    /// <param name="name">1–200 characters of a–z, 0–9, '.', '-' and '_', beginning with a letter or digit.</param>
    public AgentBuilder Named(string name)
    {
        _name = name;
        return this;
    }

    /// <summary>Says what the agent does, for people. It describes its task type too, where that has no words of its own.</summary>
    public AgentBuilder Described(string description)
    {
        _description = description;
        return this;
    }

    /// <summary>Says that it only hands its work to somebody outside, by <see cref="AgentResult.Pending"/>: then an attempt may last longer than a function.</summary>
    public AgentBuilder LeavingWorkOutside()
    {
        _leavesWorkOutside = true;
        return this;
    }

    /// <summary>Lets it do tasks of one more type; what follows describes that type.</summary>
    public AgentBuilder AlsoDoes(string taskType)
    {
        _taskTypes.Add(new TaskType { Name = taskType });
        return this;
    }

    /// <summary>Sets when a failed attempt at the type named last is followed by another one.</summary>
    public AgentBuilder WithRetry(RetryPolicy retry) => Change(type => type with { Retry = retry });

    /// <summary>Sets how long one attempt at the type named last may take: over 0, below the function time-out.</summary>
    public AgentBuilder WithTimeLimit(TimeSpan limit) => Change(type => type with { Timeouts = type.Timeouts with { Attempt = limit } });

    /// <summary>Sets the version of the type named last: 1 or more.</summary>
    public AgentBuilder WithVersion(int version) => Change(type => type with { Version = version });

    /// <summary>Sets what finds the faults of an input before a task of the type named last is accepted.</summary>
    public AgentBuilder WithInputCheck(Func<JsonElement, IEnumerable<Fault>> check) => Change(type => type with { CheckInput = check });

    /// <summary>Lets the type named last be accepted only with an input that reads as a <typeparamref name="TInput"/>.</summary>
    public AgentBuilder WithInput<TInput>()
        where TInput : notnull =>
        WithInputCheck(InputShape.FindFaults<TInput>);

    /// <summary>Lets the type named last be accepted only with an input that fits a JSON Schema.</summary>
    /// <param name="schema">JSON text of the schema.</param>
    public AgentBuilder WithInputSchema(string schema) => Change(type => type with { InputSchema = schema });

    /// <summary>Lets attempts at the type named last succeed only with an output that fits a JSON Schema.</summary>
    /// <param name="schema">JSON text of the schema.</param>
    public AgentBuilder WithOutputSchema(string schema) => Change(type => type with { OutputSchema = schema });

    /// <summary>Sets anything else of the type named last: time limits, priority, tags, retention, default input, masked fields.</summary>
    /// <param name="change">The type as it is said so far, to what it is to be. Its name and capability stay.</param>
    public AgentBuilder WithDefinition(Func<TaskType, TaskType> change) => Change(type => change(type) with { Name = type.Name, Capability = type.Name });

    internal AgentRegistration Build() =>
        new(_name, _agentType, [.. _taskTypes.Select(type => type with { Description = _description })], _description) { LeavesWorkOutside = _leavesWorkOutside };

    private AgentBuilder Change(Func<TaskType, TaskType> change)
    {
        _taskTypes[^1] = change(_taskTypes[^1]);
        return this;
    }

    private static string DefaultName(Type agentType)
    {
        var words = agentType.Name.EndsWith("Agent", StringComparison.Ordinal) && agentType.Name.Length > 5 ? agentType.Name[..^5] : agentType.Name;
        return WordStart().Replace(words, "-").ToLowerInvariant();
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}
