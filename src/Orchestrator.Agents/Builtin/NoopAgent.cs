namespace Orchestrator.Agents.Builtin;

/// <summary>Does nothing: its output is its input.</summary>
internal sealed class NoopAgent : IAgent
{
    public const string TaskType = "noop";

    /// <inheritdoc/>
    public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => Task.FromResult(AgentResult.OfJson(context.Input.GetRawText()));
}
