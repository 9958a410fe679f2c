namespace Orchestrator.Access;

/// <summary>What a caller may do. A role may do whatever the roles before it may.</summary>
public enum Role
{
    /// <summary>Nobody in particular: what a load balancer may ask.</summary>
    Anyone,

    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Starts, cancels and repeats work.</summary>
    Operator,

    /// <summary>Changes how the system itself behaves.</summary>
    Admin,
}
