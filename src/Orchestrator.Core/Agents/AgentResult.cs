using System.Text.Json;

namespace Orchestrator.Agents;

/// <summary>What an agent hands back.</summary>
public sealed class AgentResult
{
    private AgentResult(string output) => Output = output;

    /// <summary>An agent that has nothing to hand back: the output is null.</summary>
    public static AgentResult Empty { get; } = new("null");

    /// <summary>JSON text of the task's output.</summary>
    public string Output { get; }

    /// <summary>An output as JSON in camelCase.</summary>
    public static AgentResult Of<T>(T output) => new(JsonSerializer.Serialize(output, AgentJson.Options));
}
