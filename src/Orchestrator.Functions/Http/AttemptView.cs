using Orchestrator.Agents;
using Orchestrator.Functions.Json;
using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>An attempt as the API shows it in a list.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="State">How it stands.</param>
/// <param name="Agent">The agent that works on it, or worked on it last.</param>
/// <param name="TakeOvers">How often another process took it over.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record AttemptView(int Attempt, AttemptState State, string? Agent, int TakeOvers, TaskError? Error, DateTime StartedAt, DateTime? EndedAt)
{
    public static AttemptView Of(AttemptHistory attempt) =>
        new(attempt.Number, attempt.State, attempt.Agent, attempt.TakeOvers, attempt.Error, attempt.StartedAt.UtcDateTime, attempt.EndedAt?.UtcDateTime);
}

/// <summary>A task's attempts in order.</summary>
internal sealed record AttemptsView(IReadOnlyList<AttemptView> Attempts);

/// <summary>An attempt as the API shows it by itself: an <see cref="AttemptView"/> with more.</summary>
/// <param name="Input">What it was given: the task's input.</param>
/// <param name="Output">What it came to; null unless it has succeeded.</param>
/// <param name="Progress">How far it is or was; null when it has not said, or when a later attempt has.</param>
/// <param name="Log">What it has said, in order.</param>
internal sealed record AttemptDetailView(
    int Attempt,
    AttemptState State,
    string? Agent,
    int TakeOvers,
    TaskError? Error,
    DateTime StartedAt,
    DateTime? EndedAt,
    RawJson Input,
    RawJson Output,
    ProgressView? Progress,
    IReadOnlyList<LogLineView> Log)
{
    public static AttemptDetailView Of(AttemptHistory attempt, TaskRecord task, AttemptReport? report, IReadOnlyList<AttemptLogLine> log) => new(
        attempt.Number,
        attempt.State,
        attempt.Agent,
        attempt.TakeOvers,
        attempt.Error,
        attempt.StartedAt.UtcDateTime,
        attempt.EndedAt?.UtcDateTime,
        new RawJson(task.Input),
        new RawJson(attempt.State == AttemptState.Succeeded ? task.Output : null),
        report is null ? null : ProgressView.Of(report),
        [.. log.Select(line => new LogLineView(line.At.UtcDateTime, line.Level, line.Text))]);
}

/// <summary>A line of an attempt's log.</summary>
internal sealed record LogLineView(DateTime At, AttemptLogLevel Level, string Text);

/// <summary>How far an attempt is.</summary>
/// <param name="Percent">0–100; null when it has not said.</param>
/// <param name="Text">What it is doing.</param>
/// <param name="Details">The details of its last heartbeat.</param>
internal sealed record ProgressView(int? Percent, string? Text, RawJson Details, DateTime At)
{
    public static ProgressView Of(AttemptReport report) => new(report.Percent, report.Text, new RawJson(report.Details), report.At.UtcDateTime);
}

/// <summary>What whoever completes an attempt must know.</summary>
/// <param name="CancelRequested">Whether the work is not wanted any more.</param>
/// <param name="Deadline">When the attempt has failed if it is not over, UTC.</param>
internal sealed record HeartbeatView(TaskState State, bool CancelRequested, DateTime? Deadline);

/// <summary>By which an attempt is completed from outside.</summary>
/// <param name="Token">A secret, good for this attempt alone.</param>
/// <param name="Deadline">When the attempt has failed if it is not over, UTC.</param>
internal sealed record AttemptTokenView(string Token, DateTime? Deadline);
