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
    private const string ApplicationInsightsLogger = "Microsoft.Extensions.Logging.ApplicationInsights.ApplicationInsightsLoggerProvider";

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

        services.AddSingleton<IPostConfigureOptions<ConsoleLoggerOptions>, ConsoleFormat>();
        services.AddSingleton<IOptionsChangeTokenSource<ConsoleLoggerOptions>>(provider =>
            new ConfigurationChangeTokenSource<ConsoleLoggerOptions>(provider.GetRequiredService<IConfiguration>()));

        SteadyLevels.Replace(services);
        HeedLevelsInApplicationInsights(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<LogLevels>();
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        services.AddSingleton<LogLevelKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<LogLevelKeeper>());
        return services;
    }

    /// <summary>
    /// Application Insights brings a rule of its own, Warning, for its loggers; a rule for one sort of logger is stronger than <c>Logging:LogLevel</c>, so nothing below a warning
    /// would ever arrive. Levels for its loggers alone still count: <c>Logging:ApplicationInsights:LogLevel</c> names them otherwise.
    /// </summary>
    private static void HeedLevelsInApplicationInsights(IServiceCollection services) => services.Configure<LoggerFilterOptions>(options =>
    {
        foreach (var rule in options.Rules.Where(rule => rule is { ProviderName: ApplicationInsightsLogger, CategoryName: null, LogLevel: LogLevel.Warning, Filter: null }).ToList())
            options.Rules.Remove(rule);
    });
}
