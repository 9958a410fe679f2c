using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Entities;

internal sealed partial class AgentReporter
{
    [LoggerMessage(4300, LogLevel.Warning, "The counts of agent {Agent} could not be reported; they are sent again.")]
    private partial void LogNotReported(Exception exception, string agent);

    [LoggerMessage(4301, LogLevel.Information, "The process ends; what agent {Agent} has done since its last report may not be counted.")]
    private partial void LogNotCounted(string agent);
}
