using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

public sealed partial class AttemptRunner
{
    private static readonly Func<ILogger, string, int, IDisposable?> AttemptScope =
        LoggerMessage.DefineScope<string, int>("Task {TaskId}, attempt {Attempt}");

    [LoggerMessage(4200, LogLevel.Warning, "There is no such task any more; its orchestration ends.")]
    private partial void LogNoTask();

    [LoggerMessage(4201, LogLevel.Debug, "Agent {Agent} begins (epoch {Epoch}).")]
    private partial void LogStarted(string agent, long epoch);

    [LoggerMessage(4202, LogLevel.Debug, "The attempt ended: {Outcome}; the task is {State}.")]
    private partial void LogEnded(string outcome, TaskState state);

    [LoggerMessage(4203, LogLevel.Debug, "{Holder} works on the attempt; waiting for it.")]
    private partial void LogHeld(string holder);

    [LoggerMessage(4204, LogLevel.Warning, "The outcome could not be written; tried again in {Delay}.")]
    private partial void LogNotWritten(Exception exception, TimeSpan delay);
}
