using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Code;

public sealed partial class CodeAgentInvoker
{
    [LoggerMessage(3001, LogLevel.Warning, "Agent {Agent} failed unexpectedly at attempt {Attempt} of task {Task}")]
    private partial void LogFailed(Exception exception, string agent, TaskId task, int attempt);

    [LoggerMessage(3002, LogLevel.Error, "Agent {Agent} ignored the deadline of attempt {Attempt} of task {Task}; it runs on, and what it does is dropped")]
    private partial void LogAbandoned(string agent, TaskId task, int attempt);

    [LoggerMessage(3003, LogLevel.Error, "Agent {Agent} went on after it was asked to stop attempt {Attempt} of task {Task}; it runs on, and what it does is dropped")]
    private partial void LogNotStopped(string agent, TaskId task, int attempt);
}
