using Orchestrator.Errors;

namespace Orchestrator.Secrets;

/// <summary>A secret could not be looked up; later it may be.</summary>
public sealed class SecretUnavailableException : OrchestratorException
{
    /// <summary>Stable name of the error.</summary>
    public const string ErrorCode = "secret_unavailable";

    /// <summary>Creates the exception.</summary>
    /// <param name="reason">What was found, as a clause: "the vault answered with status 503".</param>
    public SecretUnavailableException(string name, string reason, Exception? innerException = null)
        : base(ErrorCode, isRetryable: true, $"Secret '{name}' could not be looked up: {reason}.", innerException) => Name = name;

    /// <summary>What was asked for.</summary>
    public string Name { get; }
}
