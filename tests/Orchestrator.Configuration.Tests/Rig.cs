using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orchestrator.Configuration.Tests;

/// <summary>The sample's section on settings that the test changes, with what is logged.</summary>
internal sealed class Rig : IDisposable, ILoggerProvider, ILogger
{
    private readonly ConfigurationRoot _configuration;
    private readonly ServiceProvider _services;

    public Rig(params (string Key, string Value)[] settings)
        : this(hasVault: false, settings)
    {
    }

    /// <param name="hasVault">Whether there is a section <c>Vault</c> below, whose other keys are secrets.</param>
    public Rig(bool hasVault, params (string Key, string Value)[] settings)
    {
        _configuration = (ConfigurationRoot)new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create($"{SampleOptions.SectionName}:{pair.Key}", (string?)pair.Value))).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(_configuration).AddLogging(logging => logging.AddProvider(this));
        services.AddSettings<SampleOptions>(SampleOptions.SectionName);
        services.AddSettings<SampleOptions>(SampleOptions.SectionName);
        if (hasVault)
            services.AddSettings<VaultOptions>($"{SampleOptions.SectionName}:Vault");
        _services = services.BuildServiceProvider();
    }

    public List<string> Log { get; } = [];

    public IOptionsMonitor<SampleOptions> Options => _services.GetRequiredService<IOptionsMonitor<SampleOptions>>();

    public IOptionsMonitor<VaultOptions> Vault => _services.GetRequiredService<IOptionsMonitor<VaultOptions>>();

    public SettingsCatalog Catalog => _services.GetRequiredService<SettingsCatalog>();

    /// <summary>What a start would report.</summary>
    public IReadOnlyList<string> Faults()
    {
        try
        {
            _services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }

    /// <summary>Changes settings as a file would, all at once.</summary>
    public void Change(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
            _configuration[$"{SampleOptions.SectionName}:{key}"] = value;
        _configuration.Reload();
    }

    public void Dispose() => _services?.Dispose();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
}
