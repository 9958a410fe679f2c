using Embedded.Functions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Embedded.Functions.Logging;

/// <summary>One short line for an entry, for a person at a terminal: local time, level, last part of the category where it is not our own, message.</summary>
internal sealed class ShortLineFormatter(TimeProvider clock, bool coloured) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "functions";

    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>The id of the generic host's event "Hosting failed to start".</summary>
    private const int StartupFaulted = 11;

    /// <summary>The host's own messages say themselves what they are about.</summary>
    private const string OwnCategories = "Embedded.";

    [ActivatorUtilitiesConstructor]
    public ShortLineFormatter(TimeProvider clock)
        : this(clock, coloured: !Console.IsOutputRedirected)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // The generic host logs faults that it throws as well; whoever catches them, or the end of the process, tells of them.
        if (logEntry.Category == HostCategory && (logEntry.EventId.Id == StartupFaulted || StartFailure.Explain(logEntry.Exception) is not null))
            return;
        var (word, colour) = Level(logEntry.LogLevel);
        textWriter.Write(clock.GetLocalNow().ToString("HH:mm:ss.fff "));
        textWriter.Write(coloured ? $"\e[{colour}m{word}\e[0m " : word + " ");
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
