using Orchestrator.Tasks;

namespace Orchestrator.History;

/// <summary>What redriving a dead letter came to.</summary>
public enum RedriveOutcome
{
    /// <summary>It is a task now, or had become one already.</summary>
    Submitted = 0,

    /// <summary>The callback has arrived.</summary>
    Delivered = 1,

    /// <summary>It cannot be accepted, as before: it is still dead.</summary>
    Refused = 2,

    /// <summary>The callback has not arrived: it is still dead.</summary>
    Failed = 3,
}

/// <summary>A try to deliver a dead letter after all.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Task">The task it is about; null: none.</param>
/// <param name="Error">Why it is still dead; null when it is not.</param>
public sealed record DeadLetterRedrive(DateTimeOffset At, RedriveOutcome Outcome, TaskId? Task, TaskError? Error)
{
    /// <summary>Every single fault, if it was read that far.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>Whether what the letter was about is done.</summary>
    public bool IsSuccess => Outcome is RedriveOutcome.Submitted or RedriveOutcome.Delivered;
}
