using System.Text.Json;
using Orchestrator.Secrets;
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

    /// <summary>When the task was submitted, UTC.</summary>
    public DateTimeOffset CreatedAt => TaskId.CreatedAt;

    /// <summary>When the task's first attempt began, UTC: the same for every attempt, also after a deferral.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>What the submitter relates the task to; null: nothing.</summary>
    public string? Correlation { get; init; }

    /// <summary>The W3C trace context (traceparent) the task was submitted under; null: none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The details of the last heartbeat of an earlier attempt, or of this one before another process took it over; null: there are none.</summary>
    public JsonElement? LastHeartbeat { get; init; }

    /// <summary>What it may ask secrets of; given by whoever runs it. Default: there are none.</summary>
    public AttemptSecrets Secrets { private get; init; } = new(new NoSecrets());

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

    /// <summary>Gives a sign of life.</summary>
    /// <param name="details">What the next attempt is to know if this one fails, at most <see cref="TaskLimits.HeartbeatCharacters"/> as JSON; the last ones count.</param>
    /// <exception cref="AgentException">Code <c>heartbeat_too_large</c>, not retryable.</exception>
    public void Heartbeat<T>(T details)
    {
        var text = JsonSerializer.Serialize(details, AgentJson.Options);
        if (text.Length > TaskLimits.HeartbeatCharacters)
            throw new AgentException("heartbeat_too_large", $"The details of the heartbeat are {text.Length} characters long; at most {TaskLimits.HeartbeatCharacters} can be stored.", isRetryable: false);

        _reporter.Heartbeat(text);
    }

    /// <summary>
    /// Looks up a secret by its name. Neither it nor anything made of it belongs into a log, an output or a heartbeat; where it stands there word for word, and has at least
    /// <see cref="AttemptSecrets.MinReplacedLength"/> characters, it is replaced before anything is stored.
    /// </summary>
    /// <exception cref="SecretMissingException">There is none of that name.</exception>
    /// <exception cref="SecretUnavailableException">It cannot be asked for now.</exception>
    public ValueTask<string> GetSecretAsync(string name, CancellationToken cancellationToken) => Secrets.GetAsync(name, cancellationToken);

    /// <summary>What a text of the input stands for: the secret if it is a reference such as <c>secret:NAME</c>, else itself.</summary>
    /// <inheritdoc cref="GetSecretAsync" path="/exception"/>
    public ValueTask<string> ResolveAsync(string text, CancellationToken cancellationToken) =>
        SecretReference.TryParse(text, out var name) ? Secrets.GetAsync(name, cancellationToken) : ValueTask.FromResult(text);

    /// <summary>A text without the secrets that the attempt has asked for, for an agent that writes logs of its own.</summary>
    public string Redact(string text) => Secrets.Redact(text);

    /// <summary>
    /// The token by which somebody outside completes this attempt, for an agent that answers <see cref="AgentResult.Pending"/>: it goes with
    /// <c>POST /api/tasks/{id}/attempts/{n}/complete</c> and its siblings. A secret, good for this attempt alone.
    /// </summary>
    public ValueTask<string> GetCompletionTokenAsync(CancellationToken cancellationToken) => _reporter.GetCompletionTokenAsync(cancellationToken);
}
