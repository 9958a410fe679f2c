using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Embedded.Functions.Logging;

/// <summary>One short line for an entry, for a person at a terminal: local time, level, last part of the category where it is not our own, message.</summary>
internal sealed class ShortLineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "functions";

    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>The id of the generic host's event "Hosting failed to start".</summary>
    private const int StartFailed = 11;

    /// <summary>The host's own messages say themselves what they are about.</summary>
    private const string OwnCategories = "Embedded.";

    private readonly bool _coloured = !Console.IsOutputRedirected;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // A failed start is thrown on to whoever starts the host, who tells it better, or the runtime does, with its stack trace.
        if (logEntry.Category == HostCategory && logEntry.EventId.Id == StartFailed)
            return;
        var (word, colour) = Level(logEntry.LogLevel);
        textWriter.Write(clock.GetLocalNow().ToString("HH:mm:ss.fff "));
        textWriter.Write(_coloured ? $"\e[{colour}m{word}\e[0m " : word + " ");
        if (!logEntry.Category.StartsWith(OwnCategories, StringComparison.Ordinal))
        {
            textWriter.Write(logEntry.Category.AsSpan(logEntry.Category.LastIndexOf('.') + 1));
            textWriter.Write(": ");
        }

        textWriter.WriteLine(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine(exception.ToString());
    }

    private static (string Word, int Colour) Level(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", 90),
        LogLevel.Debug => ("dbug", 90),
        LogLevel.Information => ("info", 32),
        LogLevel.Warning => ("warn", 33),
        LogLevel.Error => ("fail", 31),
        _ => ("crit", 91),
    };
}
