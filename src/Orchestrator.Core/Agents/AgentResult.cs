using System.Text.Json;

namespace Orchestrator.Agents;

/// <summary>What an agent hands back.</summary>
public sealed class AgentResult
{
    private AgentResult(string output) => Output = output;

    /// <summary>Somebody outside will complete the attempt with its token; the agent has done its part.</summary>
    public static AgentResult Pending { get; } = new("null") { IsPending = true };

    /// <summary>An agent that has nothing to hand back: the output is null.</summary>
    public static AgentResult Empty { get; } = new("null");

    /// <summary>JSON text of the task's output.</summary>
    public string Output { get; }

    /// <summary>Whether somebody outside will complete the attempt.</summary>
    public bool IsPending { get; private init; }

    /// <summary>When the attempt is to begin anew, UTC; null: it is over.</summary>
    public DateTimeOffset? DeferredUntil { get; private init; }

    /// <summary>There is nothing to do yet: the attempt begins anew at <paramref name="time"/>, without being counted.</summary>
    public static AgentResult DeferUntil(DateTimeOffset time) => new("null") { DeferredUntil = time };

    /// <summary>An output that is JSON text already.</summary>
    /// <param name="json">One JSON value.</param>
    public static AgentResult OfJson(string json) => new(json);

    /// <summary>An output as JSON in camelCase.</summary>
    public static AgentResult Of<T>(T output) => new(JsonSerializer.Serialize(output, AgentJson.Options));
}
