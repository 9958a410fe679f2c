namespace Orchestrator.Errors;

/// <summary>The registered agents and task types do not fit together; the program must not start.</summary>
public sealed class AgentRegistrationException : OrchestratorException
{
    /// <summary>Creates the exception that names every fault.</summary>
    public AgentRegistrationException(IReadOnlyList<string> faults)
        : base("agent_registration", isRetryable: false, $"The registered agents are not usable: {string.Join(" ", faults)}") => Faults = faults;

    /// <summary>Every fault found, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
