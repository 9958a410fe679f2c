namespace Orchestrator.Functions.Entities;

/// <summary>What is counted of an agent.</summary>
public enum AgentCount
{
    /// <summary>An attempt has begun.</summary>
    Started,

    /// <summary>An attempt has succeeded.</summary>
    Succeeded,

    /// <summary>An attempt has failed.</summary>
    Failed,

    /// <summary>An attempt was stopped by a cancellation.</summary>
    Cancelled,
}
