namespace Orchestrator.Agents;

/// <summary>Does tasks of the types it is registered for.</summary>
/// <remarks>
/// An attempt may be made more than once, also at the same time, when processes or connections break: what an agent does
/// to the world outside should be safe to repeat. Instances come from the scope of one attempt.
/// </remarks>
public interface IAgent
{
    /// <summary>Makes one attempt at a task.</summary>
    /// <param name="context">The task, and how to report on it.</param>
    /// <param name="cancellationToken">Cancelled when the task is to stop, when its time is up and when the process ends.</param>
    /// <exception cref="AgentException">The attempt has failed, with a code. Any other exception is a retryable failure with code <c>agent_error</c>.</exception>
    Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken);
}
