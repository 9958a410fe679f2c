namespace Orchestrator.Tasks;

/// <summary>What the wish to hold a task back came to.</summary>
public abstract record PauseDecision
{
    private PauseDecision()
    {
    }

    /// <summary>Nobody works on it: write the change; the task is Paused then.</summary>
    public sealed record Paused(TaskChange Change) : PauseDecision;

    /// <summary>An attempt is under way and goes on: write the change; if another attempt is needed, the task is Paused instead.</summary>
    public sealed record Requested(TaskChange Change) : PauseDecision;

    /// <summary>It is paused, or that has been asked for: nothing to write.</summary>
    public sealed record AlreadyPaused(TaskRecord Task) : PauseDecision;

    /// <summary>The task is over: nothing to write.</summary>
    public sealed record AlreadyOver(TaskRecord Task) : PauseDecision;
}

/// <summary>What the wish to let a task go on came to.</summary>
public abstract record ResumeDecision
{
    private ResumeDecision()
    {
    }

    /// <summary>Write the change, then wake its orchestration.</summary>
    public sealed record Resumed(TaskChange Change) : ResumeDecision;

    /// <summary>It is not held back: nothing to write.</summary>
    public sealed record NotPaused(TaskRecord Task) : ResumeDecision;

    /// <summary>The task is over: nothing to write.</summary>
    public sealed record AlreadyOver(TaskRecord Task) : ResumeDecision;
}
