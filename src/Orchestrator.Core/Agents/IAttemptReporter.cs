namespace Orchestrator.Agents;

/// <summary>Takes what an agent says while it works; given by whoever runs it. Reports return at once and never throw.</summary>
public interface IAttemptReporter
{
    /// <summary>Adds a line to the attempt's log.</summary>
    void Log(AttemptLogLevel level, string message);

    /// <summary>Says how far the attempt is.</summary>
    /// <param name="percent">0–100.</param>
    void Progress(int percent, string? text);

    /// <summary>Gives a sign of life.</summary>
    /// <param name="details">JSON text for the next attempt, at most <see cref="Tasks.TaskLimits.HeartbeatCharacters"/>.</param>
    void Heartbeat(string details);

    /// <summary>The token by which somebody outside completes the attempt.</summary>
    ValueTask<string> GetCompletionTokenAsync(CancellationToken cancellationToken);
}

/// <summary>How much a log line matters.</summary>
public enum AttemptLogLevel
{
    /// <summary>For whoever looks for a fault.</summary>
    Debug = 0,

    /// <summary>What is going on.</summary>
    Information = 1,

    /// <summary>Something is odd; the work goes on.</summary>
    Warning = 2,

    /// <summary>Something went wrong.</summary>
    Error = 3,
}
