using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Demo;

/// <summary>A task as the demo shows it.</summary>
/// <param name="Label">What it works on.</param>
internal sealed record TaskLine(string Label, TaskView Task)
{
    public bool IsOver => Task.State.IsTerminal();

    public bool HasSucceeded => Task.State == TaskState.Succeeded;

    /// <summary>Why it did not succeed, on one line; null while it has not failed.</summary>
    public string? Failure => !IsOver || HasSucceeded ? null : OneLine(Task.Error is { } error ? $"{error.Code}: {error.Message}" : Task.State.ToString());

    /// <summary>From submission to its end, or to <paramref name="now"/> while it has none.</summary>
    public TimeSpan Took(DateTimeOffset now)
    {
        var took = (Task.FinishedAt ?? now) - Task.CreatedAt;
        return took > TimeSpan.Zero ? took : TimeSpan.Zero;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
