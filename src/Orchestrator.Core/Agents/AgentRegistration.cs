using Orchestrator.Tasks;

namespace Orchestrator.Agents;

/// <summary>An agent that this program has, and what it is capable of.</summary>
/// <param name="Name">1–200 characters of a–z, 0–9, '.', '-' and '_', beginning with a letter or digit.</param>
/// <param name="AgentType">The class, an <see cref="IAgent"/>, taken from the attempt's service scope.</param>
/// <param name="TaskTypes">The types of tasks it does; at least one.</param>
/// <param name="Description">What it does, for people.</param>
public sealed record AgentRegistration(string Name, Type AgentType, IReadOnlyList<TaskType> TaskTypes, string Description = "")
{
    /// <summary>
    /// Whether it only hands its work to somebody outside, by <see cref="AgentResult.Pending"/>: then an attempt may last longer than a function.
    /// </summary>
    public bool LeavesWorkOutside { get; init; }
}
