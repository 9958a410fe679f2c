namespace Orchestrator.Agents.Builtin;

/// <summary>Leaves the work to somebody outside: a person, or a system of which nothing is known here. He completes the attempt with its token.</summary>
internal sealed class ExternalAgent : IAgent
{
    public const string TaskType = "external";

    /// <inheritdoc/>
    public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => Task.FromResult(AgentResult.Pending);
}
