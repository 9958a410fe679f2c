using Microsoft.Extensions.Logging;
using Orchestrator.Agents;

namespace Orchestrator.Functions.Activities;

/// <summary>Passes what an agent says while it works to the log, under the scope of its attempt. At Debug: it may quote its input.</summary>
internal sealed partial class AttemptReporter(ILogger logger) : IAttemptReporter
{
    /// <inheritdoc/>
    public void Log(AttemptLogLevel level, string message) => LogLine(level, message);

    /// <inheritdoc/>
    public void Progress(int percent, string? text) => LogProgress(percent, text);

    [LoggerMessage(4220, LogLevel.Debug, "Agent ({Level}): {Line}")]
    private partial void LogLine(AttemptLogLevel level, string line);

    [LoggerMessage(4221, LogLevel.Debug, "Agent: {Percent} % {Text}")]
    private partial void LogProgress(int percent, string? text);
}
