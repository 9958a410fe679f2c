using Orchestrator.Errors;

namespace Orchestrator.Agents;

/// <summary>An attempt has failed; code and message become the task's error.</summary>
public sealed class AgentException : OrchestratorException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="code">Stable name of the kind of error in snake_case.</param>
    /// <param name="message">What happened, for people.</param>
    /// <param name="isRetryable">Whether another attempt may help.</param>
    public AgentException(string code, string message, bool isRetryable, Exception? innerException = null)
        : base(code, isRetryable, message, innerException)
    {
    }
}
