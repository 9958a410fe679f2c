using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Routing;

internal sealed partial class ProblemMiddleware
{
    private static readonly Func<ILogger, string?, IDisposable?> TraceScope = LoggerMessage.DefineScope<string?>("Trace {TraceId}");

    [LoggerMessage(4000, LogLevel.Error, "{Function} failed; the caller was told of an internal error.")]
    private partial void LogFault(Exception exception, string function);

    [LoggerMessage(4001, LogLevel.Information, "{Function} answered {Status} {Code}.")]
    private partial void LogRefused(string function, int status, string code);

    [LoggerMessage(4002, LogLevel.Debug, "The caller of {Method} {Function} went away before the answer.")]
    private partial void LogAborted(string method, string function);
}
