using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Line)> _lines = new();

    /// <summary>What was logged with a level, in order.</summary>
    public IReadOnlyList<string> Lines(LogLevel level) => [.. _lines.Where(line => line.Level == level).Select(line => line.Line)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));
}
