using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Agents;

/// <summary>One attempt, as the agent sees it.</summary>
public sealed class AgentContext
{
    private readonly IAttemptReporter _reporter;

    /// <summary>Creates the context of an attempt.</summary>
    /// <param name="attempt">From 1.</param>
    /// <param name="deadline">When the attempt is cancelled, UTC.</param>
    public AgentContext(TaskId taskId, string taskType, int attempt, JsonElement input, DateTimeOffset deadline, IAttemptReporter reporter)
    {
        TaskId = taskId;
        TaskType = taskType;
        Attempt = attempt;
        Input = input;
        Deadline = deadline;
        _reporter = reporter;
    }

    /// <summary>The task.</summary>
    public TaskId TaskId { get; }

    /// <summary>Name of its type, for agents of more than one.</summary>
    public string TaskType { get; }

    /// <summary>Which try it is, from 1.</summary>
    public int Attempt { get; }

    /// <summary>The task's input.</summary>
    public JsonElement Input { get; }

    /// <summary>When the attempt is cancelled, UTC.</summary>
    public DateTimeOffset Deadline { get; }

    /// <summary>Reads the input: camelCase, case ignored, enums by name, missing required values refused.</summary>
    /// <exception cref="AgentException">Code <c>input_invalid</c>, not retryable: the input is not of this shape, or null.</exception>
    public T GetInput<T>()
        where T : notnull
    {
        try
        {
            return Input.Deserialize<T>(AgentJson.Options) ?? throw new AgentException("input_invalid", $"The input is null; {TaskType} needs one.", isRetryable: false);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            throw new AgentException("input_invalid", $"The input does not fit {TaskType}: {exception.Message}", isRetryable: false, exception);
        }
    }

    /// <summary>Adds a line to the attempt's log.</summary>
    public void Log(string message, AttemptLogLevel level = AttemptLogLevel.Information) => _reporter.Log(level, message);

    /// <summary>Says how far the attempt is.</summary>
    /// <param name="percent">0–100; what is outside is moved to the nearer end.</param>
    public void ReportProgress(int percent, string? text = null) => _reporter.Progress(Math.Clamp(percent, 0, 100), text);
}
