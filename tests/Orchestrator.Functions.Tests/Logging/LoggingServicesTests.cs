using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Orchestrator.Configuration;
using Orchestrator.Functions.Logging;
using Orchestrator.Functions.Startup;
using Orchestrator.Functions.Tests.Fakes;

namespace Orchestrator.Functions.Tests.Logging;

/// <summary>What the settings make of the log, at start and when they change.</summary>
public sealed class LoggingServicesTests
{
    [Fact]
    public void Levels_WithApplicationInsights_AreThoseOfTheSettings()
    {
        var configuration = Settings(("Logging:LogLevel:Default", "Information"));
        using var services = Collection(configuration).AddApplicationInsightsTelemetryWorkerService().AddOrchestratorLogging().BuildServiceProvider();

        var rules = services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules;

        Assert.Equal([(null, null, LogLevel.Information)], rules.Select(rule => (rule.ProviderName, rule.CategoryName, rule.LogLevel!.Value)));
    }

    [Fact]
    public void Levels_ForApplicationInsightsAlone_Count()
    {
        var configuration = Settings(("Logging:LogLevel:Default", "Information"), ("Logging:ApplicationInsights:LogLevel:Default", "Error"));
        using var services = Collection(configuration).AddApplicationInsightsTelemetryWorkerService().AddOrchestratorLogging().BuildServiceProvider();

        var rules = services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules;

        Assert.Equal(
            [("ApplicationInsights", LogLevel.Error), (null, LogLevel.Information)],
            rules.Select(rule => (rule.ProviderName, rule.LogLevel!.Value)).OrderByDescending(rule => rule.ProviderName, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Levels_ChangedIntoWhatIsNone_StayAndAreToldOnce()
    {
        var configuration = Settings(("Logging:LogLevel:Default", "Warning"));
        using var services = Collection(configuration).AddOrchestratorLogging().BuildServiceProvider();
        var lines = new LogLines<SettingsAtStart>();
        using var told = new SettingsAtStart(services.GetRequiredService<SettingsCatalog>(), configuration, lines);
        var filters = services.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>();
        await told.StartAsync(CancellationToken.None);
        Assert.Equal([LogLevel.Warning], filters.CurrentValue.Rules.Select(rule => rule.LogLevel));

        Change(configuration, ("Logging:LogLevel:Default", "Loud"), ("Logging:Console:LogLevel:Azure", "Error"));
        Change(configuration, ("Orchestrator:Logging:Farmat", "Json"));

        Assert.Equal([LogLevel.Warning], filters.CurrentValue.Rules.Select(rule => rule.LogLevel));
        Assert.Equal(
            ["A change of the log's levels in the settings is refused, and those before it stay in force: Logging:LogLevel:Default is 'Loud'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None."],
            lines.Lines(LogLevel.Error));
        Assert.Equal(
            ["Orchestrator:Logging:Farmat is set and is no setting of this release; it is passed over. The nearest is Orchestrator:Logging:Format."], lines.Lines(LogLevel.Warning));

        Change(configuration, ("Logging:LogLevel:Default", "Debug"));
        Assert.Equal([LogLevel.Error, LogLevel.Debug], filters.CurrentValue.Rules.Select(rule => rule.LogLevel));
    }

    [Fact]
    public void Levels_ThatAreNone_AreFaultsOfTheStart() => Assert.Equal(
        [
            "Logging:Console:LogLevel:Azure is 'Quiet'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None.",
            "Logging:LogLevel:Default is 'Loud'; it must be one of Trace, Debug, Information, Warning, Error, Critical, None.",
        ],
        LevelSettings.FindFaults(Settings(
            ("Logging:LogLevel:Default", "Loud"), ("Logging:Console:LogLevel:Azure", "Quiet"), ("Logging:LogLevel:System", "debug"), ("Logging:Console:FormatterName", "json"))));

    [Fact]
    public void Format_ChangedIntoWhatIsNone_Stays()
    {
        var configuration = Settings(("Orchestrator:Logging:Format", "json"));
        using var services = Collection(configuration).AddOrchestratorLogging().BuildServiceProvider();
        var console = services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>();
        Assert.Equal(JsonFormatter.FormatterName, console.CurrentValue.FormatterName);

        Change(configuration, ("Orchestrator:Logging:Format", "Xml"));
        Assert.Equal(JsonFormatter.FormatterName, console.CurrentValue.FormatterName);

        Change(configuration, ("Orchestrator:Logging:Format", "Text"));
        Assert.Equal(TextFormatter.FormatterName, console.CurrentValue.FormatterName);

        Change(configuration, ("Logging:Console:FormatterName", "systemd"), ("Orchestrator:Logging:Format", "Json"));
        Assert.Null(console.CurrentValue.FormatterName);
    }

    private static IServiceCollection Collection(IConfiguration configuration) => new ServiceCollection()
        .AddSingleton(configuration)
        .AddSingleton<ILogLevelStore>(new MemoryLogLevels())
        .AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")));

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    /// <summary>Changes settings as a file would, all at once.</summary>
    private static void Change(IConfigurationRoot configuration, params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings)
            configuration[key] = value;
        configuration.Reload();
    }
}
