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

    // The breaker says once, and loudly, that storage went away; this tells of one request.
    [LoggerMessage(4003, LogLevel.Debug, "{Function} could not be carried out: {Reason}")]
    private partial void LogStorage(string function, string reason);
}
