namespace Orchestrator.Errors;

/// <summary>A state machine was asked for a move its table does not have: a bug in the caller.</summary>
public sealed class IllegalTransitionException : OrchestratorException
{
    /// <summary>Creates the exception for a move of <paramref name="subject"/>.</summary>
    /// <param name="subject">What was to move, such as "task 01ABC…".</param>
    public IllegalTransitionException(string subject, string from, string to)
        : base("illegal_transition", isRetryable: false, $"{subject} cannot go from {from} to {to}.")
    {
        From = from;
        To = to;
    }

    /// <summary>The state it is in.</summary>
    public string From { get; }

    /// <summary>The state it was to get.</summary>
    public string To { get; }
}
