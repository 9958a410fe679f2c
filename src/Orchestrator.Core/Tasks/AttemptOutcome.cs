namespace Orchestrator.Tasks;

/// <summary>How an attempt ended.</summary>
public abstract record AttemptOutcome
{
    private AttemptOutcome()
    {
    }

    /// <summary>The agent has done it.</summary>
    /// <param name="Output">JSON text, at most <see cref="TaskLimits.PayloadBytes"/>.</param>
    public sealed record Succeeded(string Output) : AttemptOutcome;

    /// <summary>The agent has failed.</summary>
    /// <param name="IsRetryable">Whether another attempt may help; the retry policy says whether there is one.</param>
    public sealed record Failed(TaskError Error, bool IsRetryable) : AttemptOutcome;

    /// <summary>The agent has stopped because the task was to be cancelled.</summary>
    public sealed record Stopped : AttemptOutcome;

    /// <summary>There is nothing to do yet: the same attempt begins anew at <paramref name="DueAt"/>, and this beginning does not count.</summary>
    public sealed record Deferred(DateTimeOffset DueAt) : AttemptOutcome;

    /// <summary>Somebody outside will complete the attempt, by its token.</summary>
    public sealed record Pending : AttemptOutcome;
}

/// <summary>What the end of an attempt came to.</summary>
public abstract record CompletionDecision
{
    private CompletionDecision()
    {
    }

    /// <summary>Write the change; the task is over then.</summary>
    public sealed record Over(TaskChange Change) : CompletionDecision;

    /// <summary>Write the change; then attempt <paramref name="NextAttempt"/> may begin at <paramref name="DueAt"/>.</summary>
    public sealed record Retry(TaskChange Change, int NextAttempt, DateTimeOffset DueAt) : CompletionDecision;

    /// <summary>Write the change; then the task waits until somebody completes the attempt or resumes the task, at most until <paramref name="WakeAt"/>.</summary>
    /// <param name="WakeAt">When to look at it again; null: not before it changes.</param>
    public sealed record Waiting(TaskChange Change, DateTimeOffset? WakeAt) : CompletionDecision;

    /// <summary>Refused: the lease is not the current one any more, or the task is over. Nothing to write.</summary>
    public sealed record Stale(TaskRecord Task) : CompletionDecision;
}
