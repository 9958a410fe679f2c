using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Embedded.Functions.Logging;

internal static class FunctionsConsole
{
    /// <summary>
    /// Adds the console with short lines, and the levels of host.json (<c>logging.logLevel</c>), over which those of the app's own
    /// configuration (<c>Logging:LogLevel</c>) stand. A level of host.json that is none is passed over here and told when the settings are checked.
    /// </summary>
    public static void AddFunctionsConsole(this ILoggingBuilder logging, HostJson hostJson, IConfiguration configuration)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        foreach (var framework in (ReadOnlySpan<string>)["Microsoft", "Azure", "System"])
            logging.AddFilter(framework, LogLevel.Warning);
        foreach (var level in hostJson.Root.GetSection("logging:logLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out var minimum))
            {
                var fault = $"host.json: logging.logLevel.{level.Key} is '{level.Value}'; it must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.";
                logging.Services.AddSingleton(new HostSettingsCheck(() => throw new HostSettingsException(fault)));
                continue;
            }

            logging.AddFilter(string.Equals(level.Key, "default", StringComparison.OrdinalIgnoreCase) ? null : level.Key, minimum);
        }

        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddConsole(options => options.FormatterName = ShortLineFormatter.FormatterName);
        logging.AddConsoleFormatter<ShortLineFormatter, ConsoleFormatterOptions>();
    }
}
