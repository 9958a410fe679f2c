using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <summary>Writes what a process logs to the trace.</summary>
internal sealed class TraceLoggers(string process, Trace trace) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one log only.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        trace.Write(process, $"logs {eventId.Id}{(exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}")}");

    public void Dispose()
    {
        // It holds nothing.
    }
}
