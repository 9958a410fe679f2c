namespace Orchestrator.Tasks;

/// <summary>What the wish to cancel a task came to.</summary>
public abstract record CancelDecision
{
    private CancelDecision()
    {
    }

    /// <summary>Nobody works on it: write the change; the task is Cancelled then.</summary>
    public sealed record Cancelled(TaskChange Change) : CancelDecision;

    /// <summary>An attempt is under way: write the change, then tell the agent.</summary>
    public sealed record Requested(TaskChange Change) : CancelDecision;

    /// <summary>It has been asked for before: nothing to write.</summary>
    public sealed record AlreadyRequested(TaskRecord Task) : CancelDecision;

    /// <summary>The task is over: nothing to write.</summary>
    public sealed record AlreadyOver(TaskRecord Task) : CancelDecision;
}
