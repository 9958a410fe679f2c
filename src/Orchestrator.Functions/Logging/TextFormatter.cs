using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Logging;

/// <summary>
/// One short line for an entry, for a person: local time, level, who says it, what; then what it is about, as far as the message does not say it. Further lines of
/// a message or an exception are indented: a line that begins at the edge is an entry, whatever a text from outside contains.
/// </summary>
internal sealed class TextFormatter(TimeProvider time, bool isColoured) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "orchestrator-text";

    private const int WhoWidth = 20;
    private const string Indent = "    ";
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>The id of the generic host's event "Hosting failed to start".</summary>
    private const int StartupFaulted = 11;

    /// <summary>What the platform says is made by itself, and its list of functions has many lines.</summary>
    private const string PlatformCategories = "Embedded.";

    private const string FunctionName = "AzureFunctions_FunctionName";

    /// <summary>The fields of scopes that help a person, with what they are called here.</summary>
    private static readonly (string Field, string Label)[] Shown =
    [
        ("TaskId", "task"), ("Attempt", "attempt"), ("Agent", "agent"), ("Run", "run"), ("Schedule", "schedule"), ("Correlation", "correlation"), ("MessageId", "message"), ("Limiter", "limiter"),
    ];

    [ActivatorUtilitiesConstructor]
    public TextFormatter(TimeProvider time, IConfiguration configuration)
        : this(time, isColoured: !Console.IsOutputRedirected && string.IsNullOrEmpty(configuration["NO_COLOR"]))
    {
    }

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        // The generic host logs faults that it throws as well; whoever catches them, or the end of the process, tells of them.
        if (logEntry.Category == HostCategory && (logEntry.EventId.Id == StartupFaulted || (logEntry.Exception is { } told && StartFailure.Describe(told) is not null)))
            return;

        var message = SafeText.Of(logEntry.Formatter(logEntry.State, logEntry.Exception), logEntry.Category.StartsWith(PlatformCategories, StringComparison.Ordinal) ? Indent : null);
        var (word, colour) = Level(logEntry.LogLevel);
        textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss.fff "));
        textWriter.Write(Coloured(word, colour));
        textWriter.Write(' ');
        textWriter.Write(Who(logEntry.Category).PadRight(WhoWidth));
        textWriter.Write(' ');
        textWriter.Write(message);
        var about = About(LogFields.OfScopes(scopeProvider), message);
        if (about.Length > 0)
            textWriter.Write(Coloured("  [" + about + "]", 90));
        textWriter.WriteLine();
        if (logEntry.Exception is { } exception)
            textWriter.WriteLine(Indent + SafeText.Of(exception.ToString(), Indent));
    }

    private static string Who(string category)
    {
        var name = SafeText.Of(category[(category.LastIndexOf('.') + 1)..]);
        return name.Length <= WhoWidth ? name : name[..(WhoWidth - 1)] + "…";
    }

    private static string About(IReadOnlyDictionary<string, object?> scopes, string message)
    {
        var parts = Shown
            .Select(shown => (shown.Label, Value: LogFields.TextOf(scopes.GetValueOrDefault(shown.Field))))
            .Where(part => part.Value is { Length: > 0 } && (part.Label == "attempt" || !message.Contains(part.Value, StringComparison.Ordinal)))
            .Select(part => $"{part.Label} {SafeText.Of(part.Value!)}")
            .ToList();
        if (parts.Count == 0 && scopes.GetValueOrDefault(FunctionName) is string function && !message.Contains(function, StringComparison.Ordinal))
            parts.Add($"function {SafeText.Of(function)}");
        return string.Join(", ", parts);
    }

    private string Coloured(string text, int colour) => isColoured ? $"\e[{colour}m{text}\e[0m" : text;

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
