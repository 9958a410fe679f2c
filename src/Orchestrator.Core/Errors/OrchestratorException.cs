namespace Orchestrator.Errors;

/// <summary>What every exception of ours is: it has a stable code, and says whether trying again can help.</summary>
public abstract class OrchestratorException : Exception
{
    private protected OrchestratorException(string code, bool isRetryable, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        IsRetryable = isRetryable;
    }

    /// <summary>Stable name of the kind of error in snake_case; the same in exceptions, JSON and tables.</summary>
    public string Code { get; }

    /// <summary>Whether the same call may succeed later without anything being changed.</summary>
    public bool IsRetryable { get; }
}
