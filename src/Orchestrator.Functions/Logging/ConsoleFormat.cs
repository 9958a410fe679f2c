using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Orchestrator.Functions.Logging;

/// <summary>
/// Chooses the formatter that <c>Orchestrator:Logging:Format</c> names. It is read from the configuration itself, for the log is made before options are checked; one that is
/// none changes nothing, as the options refuse it too.
/// </summary>
internal sealed class ConsoleFormat(IConfiguration configuration) : IPostConfigureOptions<ConsoleLoggerOptions>
{
    private const string StandardKey = "Logging:Console:FormatterName";
    private const string Key = $"{LoggingOptions.SectionName}:{nameof(LoggingOptions.Format)}";

    private volatile string _last = TextFormatter.FormatterName;

    /// <inheritdoc/>
    public void PostConfigure(string? name, ConsoleLoggerOptions options)
    {
        if (!string.IsNullOrEmpty(configuration[StandardKey]))
            return;
        _last = configuration[Key]?.ToUpperInvariant() switch
        {
            null or "" or "TEXT" => TextFormatter.FormatterName,
            "JSON" => JsonFormatter.FormatterName,
            _ => _last,
        };
        options.FormatterName = _last;
    }
}
