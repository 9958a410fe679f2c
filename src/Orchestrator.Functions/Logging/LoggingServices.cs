using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Logging;

/// <summary>Registers how the log is written, and how much of it.</summary>
internal static class LoggingServices
{
    private const string StandardKey = "Logging:Console:FormatterName";

    /// <summary>
    /// Adds the formatters for a console, should the platform write to one, and the levels that can be changed while the app runs; harmless when called twice.
    /// </summary>
    public static IServiceCollection AddOrchestratorLogging(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(LogLevels)))
            return services;

        services.AddSettings<LoggingOptions>(LoggingOptions.SectionName);
        services.AddLogging(logging => logging
            .AddConsoleFormatter<TextFormatter, ConsoleFormatterOptions>()
            .AddConsoleFormatter<JsonFormatter, ConsoleFormatterOptions>());

        // Read from the configuration itself: the log is made before options are checked.
        services.AddOptions<ConsoleLoggerOptions>().PostConfigure<IConfiguration>((console, configuration) =>
        {
            if (string.IsNullOrEmpty(configuration[StandardKey]))
                console.FormatterName = IsJson(configuration) ? JsonFormatter.FormatterName : TextFormatter.FormatterName;
        });
        services.AddSingleton<IOptionsChangeTokenSource<ConsoleLoggerOptions>>(provider =>
            new ConfigurationChangeTokenSource<ConsoleLoggerOptions>(provider.GetRequiredService<IConfiguration>()));

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LogLevels>();
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        services.AddSingleton<LogLevelKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<LogLevelKeeper>());
        return services;
    }

    private static bool IsJson(IConfiguration configuration) =>
        string.Equals(configuration[$"{LoggingOptions.SectionName}:{nameof(LoggingOptions.Format)}"], nameof(LogFormat.Json), StringComparison.OrdinalIgnoreCase);
}
