using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Orchestrator.Configuration;

/// <summary>Registers sections of the settings.</summary>
public static class SettingsServiceCollectionExtensions
{
    /// <summary>
    /// Has a section of the configuration read into options, checked at start with everything else, known by name, and watched: what is
    /// marked with <see cref="LiveAttribute"/> changes in <see cref="IOptionsMonitor{TOptions}"/> while the program runs. Harmless when called twice.
    /// </summary>
    /// <param name="section">Where the options stand.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        var builder = services.AddOptions<TOptions>();
        if (services.Any(service => service.ServiceType == typeof(SettingsSection<TOptions>)))
            return builder;

        var settings = new SettingsSection<TOptions>(section);
        services.AddLogging();
        services.AddSingleton(settings);
        services.AddSingleton<SettingsSection>(settings);
        services.AddSingleton<IConfigureOptions<TOptions>, SettingsReader<TOptions>>();
        services.AddSingleton<IValidateOptions<TOptions>, SettingsValidator<TOptions>>();
        services.AddSingleton<IOptionsMonitor<TOptions>, LiveOptions<TOptions>>();
        services.TryAddSingleton<SettingsCatalog>();
        return builder.ValidateOnStart();
    }
}
