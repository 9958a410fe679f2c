namespace Orchestrator.Agents;

/// <summary>What the host that runs the program lays down for it.</summary>
/// <param name="FunctionTimeout">After which the host kills a process whose function still runs. Every attempt's time limit must be below.</param>
public sealed record HostLimits(TimeSpan FunctionTimeout)
{
    /// <summary>In force where nobody says otherwise: 10 minutes.</summary>
    public static HostLimits Default { get; } = new(TimeSpan.FromMinutes(10));
}
