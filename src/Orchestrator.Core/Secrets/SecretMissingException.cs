using Orchestrator.Configuration;
using Orchestrator.Errors;

namespace Orchestrator.Secrets;

/// <summary>There is no secret of a name; trying again does not help.</summary>
public sealed class SecretMissingException : OrchestratorException
{
    /// <summary>Stable name of the error.</summary>
    public const string ErrorCode = "secret_missing";

    /// <summary>Creates the exception.</summary>
    public SecretMissingException(string name)
        : base(ErrorCode, isRetryable: false, $"There is no secret '{name}'. Set Orchestrator:Secrets:{name}, or add it to the vault that Orchestrator:Secrets:VaultUri names.") => Name = name;

    private SecretMissingException(string name, string message)
        : base(ErrorCode, isRetryable: false, message) => Name = name;

    /// <summary>What is in its place is not it, but says where it is.</summary>
    public static SecretMissingException NotReplaced(string name) => new(name, $"Orchestrator:Secrets:{name} is a reference to Key Vault that {PlatformReference.Cure}.");

    /// <summary>What was asked for.</summary>
    public string Name { get; }
}
